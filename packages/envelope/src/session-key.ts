import {
  decryptSessionKeys,
  encryptSessionKey,
  generateSessionKey,
  type Key,
  type SessionKey as OpenpgpSessionKey,
  readMessage,
} from 'openpgp'
import { type DecryptionKey, privateKeyOf } from './decryption-key.js'
import { WrongKeyError } from './message-errors.js'
import { openerOf } from './opener.js'
import { SETTINGS } from './openpgp-settings.js'
import type { Sealing } from './recipient.js'

/** The key of one data packet. It leaves this package only inside key packets. */
export interface SessionKey {
  sealing: Sealing
  openpgp: OpenpgpSessionKey
}

/** A fresh key for a data packet that `key` can read; AES-256 unless its owner prefers otherwise. */
export async function newSessionKey(key: Key, sealing: Sealing): Promise<SessionKey> {
  const { data, algorithm } = await generateSessionKey({ encryptionKeys: key, config: SETTINGS })
  return asSessionKey(data, algorithm, sealing)
}

/** Key packets that give `sessionKey` to the owner of `key`. */
export async function wrapSessionKey({ openpgp }: SessionKey, key: Key): Promise<Uint8Array> {
  return encryptSessionKey({ ...openpgp, encryptionKeys: key, format: 'binary', config: SETTINGS })
}

/** The session key inside `keyPackets`, if one of them is for `decryptionKey`. */
export async function unwrapSessionKey(keyPackets: Uint8Array, decryptionKey: DecryptionKey): Promise<SessionKey> {
  const wrongKey = new WrongKeyError(decryptionKey.fingerprint)
  const opener = openerOf(decryptionKey)
  if (opener !== undefined) {
    const found = await opener(keyPackets)
    if (found === undefined) throw wrongKey
    return found
  }
  const privateKey = privateKeyOf(decryptionKey)
  try {
    const message = await readMessage({ binaryMessage: keyPackets, config: SETTINGS })
    const [found] = await decryptSessionKeys({ message, decryptionKeys: privateKey, config: SETTINGS })
    // Only v6 key packets, which belong to SEIPDv2, leave the algorithm to the data packet.
    if (found !== undefined)
      return asSessionKey(found.data, found.algorithm ?? 'aes256', found.algorithm === null ? 'seipd-v2' : 'seipd-v1')
  } catch {
    // Why a key packet failed is not told: it helps nobody but who probes the key with made-up packets.
  }
  throw wrongKey
}

function asSessionKey(data: Uint8Array, algorithm: OpenpgpSessionKey['algorithm'], sealing: Sealing): SessionKey {
  const openpgp: OpenpgpSessionKey = { data, algorithm }
  if (sealing === 'seipd-v2') openpgp.aeadAlgorithm = 'gcm'
  return { sealing, openpgp }
}
