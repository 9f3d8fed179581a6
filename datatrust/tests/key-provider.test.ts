import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openBytes, readRecipient, sealBytes } from '@gristmill/envelope'
import { Transaction, verifyMessage, verifyTypedData } from 'ethers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { defaultKeyFiles } from '../src/config/config.js'
import { openSecrets } from '../src/config/secrets.js'
import { prepareIdentity } from '../src/index.js'
import { FileKeyProvider } from '../src/keys/file-key-provider.js'
import { HttpKeyProvider } from '../src/keys/http-key-provider.js'
import type { KeyProvider } from '../src/keys/key-provider.js'
import { Keyring } from '../src/keys/keyring.js'
import { Signer } from '../src/keys/signer.js'
import { KeyService } from './_key-service.js'

const TOKEN = 'a token of the key service'
let directory: string
let service: KeyService
let tokenFile: string
let passphraseFile: string

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gristmill-key-provider-'))
  tokenFile = join(directory, 'token')
  passphraseFile = join(directory, 'passphrase')
  await writeFile(tokenFile, TOKEN, { mode: 0o600 })
  await writeFile(passphraseFile, 'between two millstones', { mode: 0o600 })
  service = await KeyService.start(TOKEN)
})
afterAll(async () => {
  await service.close()
  await rm(directory, { recursive: true })
})

const message = new TextEncoder().encode('grain')
const sealFor = async (publicKey: string) => sealBytes(message, { recipient: await readRecipient(publicKey) })

describe.each<[string, () => Promise<KeyProvider>]>([
  ['files', () => FileKeyProvider.open(defaultKeyFiles(join(directory, 'files')), { unencrypted: true })],
  ['a key service', () => HttpKeyProvider.open({ url: service.url, tokenFile })],
])('keys in %s', (_name, open) => {
  it('sign what ethers takes for theirs, with the low s', async () => {
    const signer = new Signer((await open()).signing)
    for (const text of ['one', 'two', 'three', 'four']) {
      expect(verifyMessage(text, await signer.signMessage(text))).toBe(signer.address)
    }
    const domain = { name: 'Gristmill', chainId: 1n }
    const types = { Word: [{ name: 'said', type: 'string' }] }
    const signature = await signer.signTypedData(domain, types, { said: 'so' })
    expect(verifyTypedData(domain, types, { said: 'so' }, signature)).toBe(signer.address)

    const request = { to: signer.address, nonce: 3, gasLimit: 21_000n, chainId: 1n, maxFeePerGas: 2n, type: 2 }
    const sent = Transaction.from(await signer.signTransaction({ ...request, from: signer.address }))
    expect(sent).toMatchObject({ from: signer.address, nonce: 3 })
    const another = `0x${'11'.repeat(20)}`
    await expect(signer.signTransaction({ ...request, from: another })).rejects.toMatchObject({
      code: 'WRONG_SIGNATURE',
    })
  })

  it('open what is sealed for any of them, and seal for the newest', async () => {
    const provider = await open()
    const keyring = await Keyring.open(provider)
    const before = await sealFor(keyring.publicKey)
    const first = keyring.recipient.fingerprint
    const next = await keyring.next(first)
    expect(next.fingerprint).not.toBe(first)
    // Again, as after a crash: there is a next one already.
    expect((await keyring.next(first)).fingerprint).toBe(next.fingerprint)
    expect(keyring.recipient.fingerprint).toBe(next.fingerprint)
    const after = await sealFor(keyring.publicKey)
    for (const sealed of [before, after]) {
      await expect(openBytes(sealed, keyring.decryptionKey, { maxBytes: 100 })).resolves.toEqual(message)
    }
    // Another process sees the same.
    const elsewhere = await Keyring.open(await open())
    expect(elsewhere.keys.map(({ fingerprint }) => fingerprint)).toEqual([first, next.fingerprint])

    await keyring.destroy(first)
    await keyring.destroy(first)
    await expect(openBytes(before, keyring.decryptionKey, { maxBytes: 100 })).rejects.toMatchObject({
      code: 'WRONG_KEY',
    })
    await expect(openBytes(after, keyring.decryptionKey, { maxBytes: 100 })).resolves.toEqual(message)
  })

  it('that another process made are found when they are needed', async () => {
    const keyring = await Keyring.open(await open())
    const other = await Keyring.open(await open())
    const next = await other.next(other.recipient.fingerprint)
    await expect(openBytes(await sealFor(next.publicKey), keyring.decryptionKey, { maxBytes: 100 })).resolves.toEqual(
      message,
    )
  })
})

describe('a key service', () => {
  it('is not told what it opens: it sees digests, points and fingerprints only', async () => {
    const before = service.requests.length
    const keyring = await Keyring.open(await HttpKeyProvider.open({ url: service.url, tokenFile }))
    await openBytes(await sealFor(keyring.publicKey), keyring.decryptionKey, { maxBytes: 100 })
    expect(new Set(service.requests.slice(before))).toEqual(new Set(['GET /v1/keys', 'POST /v1/agree']))
  })

  it('that does not know us, lies, or is reached in the clear is refused', async () => {
    const wrong = join(directory, 'wrong')
    await writeFile(wrong, 'another token than that', { mode: 0o600 })
    await expect(HttpKeyProvider.open({ url: service.url, tokenFile: wrong })).rejects.toMatchObject({
      code: 'KEY_SERVICE',
    })
    for (const url of ['http://kms.example', 'https://user:secret@kms.example', 'https://kms.example/?a=b']) {
      await expect(HttpKeyProvider.open({ url, tokenFile })).rejects.toMatchObject({ code: 'KEY_SERVICE' })
    }
    const { signing } = await HttpKeyProvider.open({ url: service.url, tokenFile })
    const impostor = new Signer({ ...signing, address: `0x${'22'.repeat(20)}` })
    await expect(impostor.signMessage('me')).rejects.toMatchObject({ code: 'WRONG_SIGNATURE' })
  })

  it('leaves the secrets of runs and deliveries in files, and no other key', async () => {
    const dataDirectory = join(directory, 'with-kms')
    const identity = await prepareIdentity({
      dataDirectory,
      kms: { url: service.url, tokenFile },
      unencryptedKeys: true,
    })
    expect(identity.signer).toBe(service.wallet.address)
    expect((await readdir(join(dataDirectory, 'keys'))).sort()).toEqual(['delivery.key', 'runner.key'])
  })
})

it('keys that are made with a passphrase are encrypted, all of them, the next one too', {
  timeout: 30_000,
}, async () => {
  const keyFiles = defaultKeyFiles(join(directory, 'encrypted'))
  const secrets = await openSecrets({ keyFiles, passphraseFile })
  await secrets.openpgp.next(secrets.openpgp.recipient.fingerprint)
  const names = await readdir(join(directory, 'encrypted', 'keys'))
  expect(names.sort()).toEqual(['delivery.key', 'openpgp-2.key', 'openpgp.key', 'runner.key', 'signer.key'])
  for (const name of names) {
    const text = await readFile(join(directory, 'encrypted', 'keys', name), 'utf8')
    expect(JSON.parse(text)).toMatchObject({ kdf: { name: 'scrypt', n: 131_072, r: 8, p: 1 } })
  }
  await expect(openSecrets({ keyFiles })).rejects.toMatchObject({ code: 'PASSPHRASE_MISSING' })
})
