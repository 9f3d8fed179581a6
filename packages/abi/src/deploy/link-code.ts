import type { Address } from '@gristmill/protocol'

const ADDRESS_CHARACTERS = 40

/**
 * Creation code with the addresses of the libraries that it calls, of which the compiler knew only the names.
 * `references` are the byte offsets of the addresses by the library's name, as in `runtimeLayouts`.
 */
export function linkCode(
  creationCode: string,
  references: Readonly<Record<string, readonly number[]>>,
  addressOf: (library: string) => Address,
): string {
  let linked = creationCode
  for (const [library, offsets] of Object.entries(references)) {
    const address = addressOf(library).slice(2).toLowerCase()
    for (const offset of offsets) {
      const start = 2 + 2 * offset
      linked = linked.slice(0, start) + address + linked.slice(start + ADDRESS_CHARACTERS)
    }
  }
  return linked
}
