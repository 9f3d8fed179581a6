import { type Key, readKeys, unarmor } from 'openpgp'
import { KeyTooLargeError, MalformedKeyError, SeveralKeysError } from './key-errors.js'
import { SETTINGS } from './openpgp-settings.js'

/** Largest key taken, armored or binary. */
export const MAX_KEY_BYTES = 64 * 1024

/**
 * Parses exactly one key, public or private, and returns it with its binary form as given.
 *
 * @internal
 */
export async function readOneKey(armoredOrBinary: string | Uint8Array): Promise<{ key: Key; binary: Uint8Array }> {
  if (armoredOrBinary.length > MAX_KEY_BYTES) throw new KeyTooLargeError(armoredOrBinary.length, MAX_KEY_BYTES)
  const binary = typeof armoredOrBinary === 'string' ? await dearmor(armoredOrBinary) : armoredOrBinary.slice()
  if (binary.length === 0) throw new MalformedKeyError('it is empty')
  let keys: Key[]
  try {
    keys = await readKeys({ binaryKeys: binary, config: SETTINGS })
  } catch {
    // The library's message may quote what it read, which may be a private key.
    throw new MalformedKeyError('its packets cannot be parsed')
  }
  const [key, ...others] = keys
  if (key === undefined) throw new MalformedKeyError('it holds no key')
  if (others.length > 0) throw new SeveralKeysError(keys.length)
  return { key, binary }
}

async function dearmor(armored: string): Promise<Uint8Array> {
  const blocks = armored.split('-----BEGIN PGP').length - 1
  if (blocks === 0) throw new MalformedKeyError('it has no "-----BEGIN PGP" line')
  if (blocks > 1) throw new SeveralKeysError(blocks)
  try {
    const { data } = await unarmor(armored, SETTINGS)
    return new Uint8Array(await new Response(data as ReadableStream<Uint8Array<ArrayBuffer>>).arrayBuffer())
  } catch {
    throw new MalformedKeyError('its armor is damaged')
  }
}
