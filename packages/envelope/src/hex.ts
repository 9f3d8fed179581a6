import type { Hex } from '@gristmill/protocol'

/** `bytes` as 0x-prefixed lower-case hex. */
export function toHex(bytes: Uint8Array): Hex {
  let text = '0x'
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0')
  return text as Hex
}
