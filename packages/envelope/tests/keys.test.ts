import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { inspect } from 'node:util'
import fc from 'fast-check'
import { generateKey as generateOpenpgpKey, readKey, readPrivateKey, revokeKey } from 'openpgp'
import { describe, expect, it } from 'vitest'
import {
  BadKeyNameError,
  generateKey,
  KeyError,
  KeyExpiredError,
  KeyLockedError,
  KeyRevokedError,
  KeyTooLargeError,
  MAX_KEY_BYTES,
  MalformedKeyError,
  NoEncryptionKeyError,
  openBytes,
  PrivateKeyGivenError,
  PublicKeyGivenError,
  readDecryptionKey,
  readRecipient,
  SeveralKeysError,
  sealBytes,
} from '../src/index.js'

const YEAR_SECONDS = 365 * 24 * 3600

async function libraryKey(options: Partial<Parameters<typeof generateOpenpgpKey>[0]> = {}) {
  const { privateKey, publicKey, revocationCertificate } = await generateOpenpgpKey({
    userIDs: { name: 'Somebody' },
    ...options,
    format: 'armored',
  })
  return { privateKey, publicKey, revocationCertificate }
}

const binaryOf = async (armoredKey: string) => (await readKey({ armoredKey })).write()

describe('generateKey', () => {
  it('makes a version 6 key with a fingerprint of 32 bytes that reads SEIPDv2', async () => {
    const { privateKey, publicKey, fingerprint } = await generateKey({ name: 'Datatrust 1' })
    expect(fingerprint).toMatch(/^0x[0-9a-f]{64}$/)
    const recipient = await readRecipient(publicKey)
    expect(recipient).toMatchObject({ fingerprint, sealing: 'seipd-v2' })
    expect((await readDecryptionKey(privateKey)).fingerprint).toBe(fingerprint)
    expect((await readKey({ armoredKey: publicKey })).keyPacket.version).toBe(6)
  })

  it.each(['', 'a<b', 'a>', '(x)', 'a\nb', 'a\0', 'x'.repeat(101)])('refuses the name %j', async (name) => {
    await expect(generateKey({ name })).rejects.toBeInstanceOf(BadKeyNameError)
  })
})

describe('readRecipient', () => {
  it('names the key by the SHA-256 of its packets, armored or not', async () => {
    const { publicKey } = await libraryKey()
    const binary = await binaryOf(publicKey)
    const recipient = await readRecipient(publicKey)
    expect(recipient).toEqual(await readRecipient(binary))
    expect(recipient.recipientKey).toBe(`0x${createHash('sha256').update(binary).digest('hex')}`)
    expect(recipient.publicKey).toEqual(binary)
    expect(recipient.fingerprint).toMatch(/^0x[0-9a-f]{40}$/)
  })

  it('finds SEIPDv1 for version 4 keys, RSA or ECC, and SEIPDv2 where the key announces it with AES-256-GCM', async () => {
    const sealingOf = async (options: object) => (await readRecipient((await libraryKey(options)).publicKey)).sealing
    expect(await sealingOf({ type: 'rsa', rsaBits: 2048 })).toBe('seipd-v1')
    expect(await sealingOf({ type: 'ecc', curve: 'curve25519Legacy' })).toBe('seipd-v1')
    expect(await sealingOf({ config: { aeadProtect: true } })).toBe('seipd-v2')
  })

  it('finds SEIPDv1 for the sample certificate of RFC 9580, A.3, which reads SEIPDv2 with OCB only', async () => {
    const sample = await readFile(join(import.meta.dirname, '../fixtures/rfc9580-a3-certificate.asc'), 'utf8')
    expect(await readRecipient(sample)).toMatchObject({
      fingerprint: '0xcb186c4f0609a697e4d52dfa6c722b0c1f1e27c18a56708f6525ec27bad9acc9',
      sealing: 'seipd-v1',
    })
  })

  it('refuses a private key, and says nothing of it', async () => {
    const { privateKey } = await libraryKey()
    const error = await readRecipient(privateKey).catch((caught) => caught)
    expect(error).toBeInstanceOf(PrivateKeyGivenError)
    const secret = privateKey.split('\n').slice(3, 6)
    for (const line of secret) expect(inspect(error, { depth: 9 })).not.toContain(line)
  })

  it('refuses a key that has expired or was revoked', async () => {
    const past = new Date(Date.now() - 2 * YEAR_SECONDS * 1000)
    const expired = await libraryKey({ date: past, keyExpirationTime: YEAR_SECONDS })
    await expect(readRecipient(expired.publicKey)).rejects.toBeInstanceOf(KeyExpiredError)
    const { privateKey } = await libraryKey()
    const { publicKey } = await revokeKey({ key: await readPrivateKey({ armoredKey: privateKey }), format: 'armored' })
    await expect(readRecipient(publicKey)).rejects.toBeInstanceOf(KeyRevokedError)
  })

  it('refuses a key that can only sign, or whose subkey has ended', async () => {
    const signing = await libraryKey({ subkeys: [{ sign: true }] })
    await expect(readRecipient(signing.publicKey)).rejects.toBeInstanceOf(NoEncryptionKeyError)
    const past = new Date(Date.now() - 2 * YEAR_SECONDS * 1000)
    const ended = await libraryKey({ date: past, subkeys: [{ keyExpirationTime: YEAR_SECONDS, date: past }] })
    await expect(readRecipient(ended.publicKey)).rejects.toBeInstanceOf(NoEncryptionKeyError)
  })

  it('refuses several keys, in one block or in two', async () => {
    const [one, two] = [await libraryKey(), await libraryKey()]
    const binaries = Buffer.concat([await binaryOf(one.publicKey), await binaryOf(two.publicKey)])
    await expect(readRecipient(new Uint8Array(binaries))).rejects.toBeInstanceOf(SeveralKeysError)
    await expect(readRecipient(one.publicKey + two.publicKey)).rejects.toBeInstanceOf(SeveralKeysError)
  })

  it('refuses what is too large or no key', async () => {
    await expect(readRecipient(new Uint8Array(MAX_KEY_BYTES + 1))).rejects.toBeInstanceOf(KeyTooLargeError)
    await expect(readRecipient('x'.repeat(MAX_KEY_BYTES + 1))).rejects.toBeInstanceOf(KeyTooLargeError)
    const { publicKey } = await libraryKey()
    const cut = publicKey.replace(/\n[^\n]+\n(=|-----END)/, '\n$1')
    for (const bad of [
      '',
      'hello',
      '-----BEGIN PGP PUBLIC KEY BLOCK-----',
      cut,
      new Uint8Array(),
      new Uint8Array(100),
    ]) {
      await expect(readRecipient(bad)).rejects.toBeInstanceOf(MalformedKeyError)
    }
  })

  it('answers any damage with a typed error, or with the same key', async () => {
    const binary = await binaryOf((await libraryKey()).publicKey)
    await fc.assert(
      fc.asyncProperty(
        fc.nat(binary.length - 1),
        fc.integer({ min: 1, max: 255 }),
        fc.boolean(),
        async (at, flip, isCut) => {
          const damaged = isCut ? binary.slice(0, at) : binary.slice()
          if (!isCut) damaged[at]! ^= flip
          const outcome = await readRecipient(damaged).catch((error) => error)
          if (outcome instanceof Error) expect(outcome).toBeInstanceOf(KeyError)
        },
      ),
      { numRuns: 300 },
    )
  })
})

describe('readDecryptionKey', () => {
  it('unlocks with the passphrase only', async () => {
    const { privateKey, publicKey } = await libraryKey({ passphrase: 'open sesame' })
    await expect(readDecryptionKey(privateKey)).rejects.toBeInstanceOf(KeyLockedError)
    await expect(readDecryptionKey(privateKey, { passphrase: 'guess' })).rejects.toBeInstanceOf(KeyLockedError)
    const key = await readDecryptionKey(privateKey, { passphrase: 'open sesame' })
    const message = await sealBytes(Uint8Array.of(1, 2, 3), { recipient: await readRecipient(publicKey) })
    expect(await openBytes(message, key, { maxBytes: 3 })).toEqual(Uint8Array.of(1, 2, 3))
  })

  it('refuses a public key', async () => {
    await expect(readDecryptionKey((await libraryKey()).publicKey)).rejects.toBeInstanceOf(PublicKeyGivenError)
  })

  it('gives an object that shows no secret', async () => {
    const { privateKey, fingerprint } = await generateKey({ name: 'Quiet' })
    const key = await readDecryptionKey(privateKey)
    expect(JSON.stringify(key)).toBe(JSON.stringify({ fingerprint }))
    expect(inspect(key, { depth: 9, showHidden: true })).toBe(inspect({ fingerprint }))
  })
})
