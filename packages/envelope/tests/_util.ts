import { decrypt, generateKey as generateOpenpgpKey, readMessage, readPrivateKey } from 'openpgp'
import {
  type DecryptionKey,
  generateKey,
  type Recipient,
  randomBlindSecret,
  readDecryptionKey,
  readRecipient,
  type SealedMessage,
} from '../src/index.js'
import { AssetSealer } from '../src/node.js'

export interface Party {
  armoredPrivate: string
  armoredPublic: string
  key: DecryptionKey
  recipient: Recipient
}

/** Somebody with a key of ours: version 6, SEIPDv2. */
export async function makeParty(name: string): Promise<Party> {
  const { privateKey, publicKey } = await generateKey({ name })
  return partyOf(privateKey, publicKey)
}

/** Somebody with a version 4 key that does not announce SEIPDv2, like one of GnuPG. */
export async function makeLegacyParty(name: string): Promise<Party> {
  const { privateKey, publicKey } = await generateOpenpgpKey({ userIDs: { name }, config: { v6Keys: false } })
  return partyOf(privateKey, publicKey)
}

async function partyOf(armoredPrivate: string, armoredPublic: string): Promise<Party> {
  return {
    armoredPrivate,
    armoredPublic,
    key: await readDecryptionKey(armoredPrivate),
    recipient: await readRecipient(armoredPublic),
  }
}

/** An asset, small enough for one thread, as it is stored for somebody. */
export async function storeAsset(plain: Uint8Array, { recipient }: Party): Promise<SealedMessage> {
  const blindSecret = randomBlindSecret()
  return new AssetSealer().seal(inPieces(plain, [65_536]), { recipient, sizeBytes: plain.length, blindSecret })
}

/** Opens a message with the OpenPGP library alone. */
export async function openWithLibrary(message: Uint8Array, armoredPrivate: string): Promise<Uint8Array> {
  const { data } = await decrypt({
    message: await readMessage({ binaryMessage: message }),
    decryptionKeys: await readPrivateKey({ armoredKey: armoredPrivate }),
    format: 'binary',
  })
  return data as Uint8Array
}

/** `bytes` in pieces of the given sizes, over and over; each a view into a larger buffer, as Node's are. */
export async function* inPieces(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  for (let offset = 0, i = 0; offset < bytes.length; i++) {
    const size = sizes[i % sizes.length]!
    yield Buffer.from(bytes.subarray(offset, offset + size))
    offset += size
  }
}

export function patternOf(sizeBytes: number): Uint8Array {
  const bytes = new Uint8Array(sizeBytes)
  for (let i = 0; i < sizeBytes; i++) bytes[i] = 31 * i + (i >> 8)
  return bytes
}
