import { createPrivateKey, createPublicKey, diffieHellman } from 'node:crypto'
import { readPrivateKey } from 'openpgp'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  type DecryptionKey,
  decryptionKeyring,
  type GeneratedKey,
  generateKey,
  openBytes,
  readDecryptionKey,
  readRecipient,
  remoteDecryptionKey,
  rewrap,
  sealBytes,
  sealMessage,
  WrongKeyError,
} from '../src/index.js'

/** What an HSM does, with node's own X25519. */
async function agreementOf(armoredKey: string): Promise<(point: Uint8Array) => Promise<Uint8Array>> {
  const { keyPacket } = await (await readPrivateKey({ armoredKey })).getEncryptionKey()
  const { k } = (keyPacket as unknown as { privateParams: { k: Uint8Array } }).privateParams
  const privateKey = createPrivateKey({
    key: Buffer.concat([Buffer.from('302e020100300506032b656e04220420', 'hex'), k]),
    format: 'der',
    type: 'pkcs8',
  })
  return async (point) => {
    const der = Buffer.concat([Buffer.from('302a300506032b656e032100', 'hex'), point])
    const publicKey = createPublicKey({ key: der, format: 'der', type: 'spki' })
    return new Uint8Array(diffieHellman({ privateKey, publicKey }))
  }
}

describe('a key whose private part is elsewhere', () => {
  let keys: GeneratedKey
  let other: GeneratedKey
  let remote: DecryptionKey
  beforeAll(async () => {
    ;[keys, other] = await Promise.all([generateKey({ name: 'Kept away' }), generateKey({ name: 'Other' })])
    remote = await remoteDecryptionKey({ publicKey: keys.publicKey, agree: await agreementOf(keys.privateKey) })
  })

  it('opens what the key itself opens, and rewraps it', async () => {
    const content = new TextEncoder().encode('grain')
    const sealed = await sealBytes(content, { recipient: await readRecipient(keys.publicKey) })
    await expect(openBytes(sealed, remote, { maxBytes: 100 })).resolves.toEqual(content)

    const { keyPackets } = await sealMessage([content] as never, { recipient: await readRecipient(keys.publicKey) })
    const again = await rewrap(keyPackets, { decryptionKey: remote, recipient: await readRecipient(other.publicKey) })
    const reader = await readDecryptionKey(other.privateKey)
    await expect(
      rewrap(again, { decryptionKey: reader, recipient: await readRecipient(keys.publicKey) }),
    ).resolves.toBeDefined()
  })

  it('is not asked about messages for others', async () => {
    const sealed = await sealBytes(new Uint8Array(5), { recipient: await readRecipient(other.publicKey) })
    const silent = await remoteDecryptionKey({
      publicKey: keys.publicKey,
      agree: () => Promise.reject(new Error('asked')),
    })
    await expect(openBytes(sealed, silent, { maxBytes: 100 })).rejects.toBeInstanceOf(WrongKeyError)
  })

  it('gives nothing with a wrong agreement', async () => {
    const sealed = await sealBytes(new Uint8Array(5), { recipient: await readRecipient(keys.publicKey) })
    const liar = await remoteDecryptionKey({ publicKey: keys.publicKey, agree: async () => new Uint8Array(32).fill(9) })
    await expect(openBytes(sealed, liar, { maxBytes: 100 })).rejects.toBeInstanceOf(WrongKeyError)
  })

  it('is one of several in a keyring, which looks for more when none opens', async () => {
    const sealed = await sealBytes(new Uint8Array(5), { recipient: await readRecipient(keys.publicKey) })
    const ring: DecryptionKey[] = [await readDecryptionKey(other.privateKey)]
    const { fingerprint } = other
    const closed = decryptionKeyring({ fingerprint, keys: () => ring })
    await expect(openBytes(sealed, closed, { maxBytes: 100 })).rejects.toBeInstanceOf(WrongKeyError)
    const open = decryptionKeyring({ fingerprint, keys: () => ring, refresh: async () => ring.push(remote) > 0 })
    await expect(openBytes(sealed, open, { maxBytes: 100 })).resolves.toHaveLength(5)
  })
})
