import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deliver, messageOf, openBytes, readAll, readDecryptionKey, readRecipient, sealBytes } from '../src/index.js'
import { Gpg, hasGpg } from './_gpg.js'
import { inPieces, makeParty, type Party, patternOf, storeAsset } from './_util.js'

const PLAIN = patternOf(900_000)
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

if (!hasGpg) console.warn('skipped: the tests against GnuPG need gpg on the PATH')

describe.skipIf(!hasGpg)('gpg --decrypt', () => {
  let gpg: Gpg
  let datatrust: Party
  const publicKeys: Record<string, string> = {}
  beforeAll(async () => {
    gpg = await Gpg.create()
    publicKeys.rsa = gpg.makeKey('rsa', 'rsa2048', 'rsa2048')
    publicKeys.ecc = gpg.makeKey('ecc', 'ed25519', 'cv25519')
    datatrust = await makeParty('Datatrust')
  }, 60_000)
  afterAll(() => gpg?.close())

  describe.each(['rsa', 'ecc'])('with an %s key made by GnuPG', (name) => {
    it('opens a delivered asset', async () => {
      const stored = await storeAsset(PLAIN, datatrust)
      const recipient = await readRecipient(publicKeys[name]!)
      expect(recipient.sealing).toBe('seipd-v1')
      const delivery = await deliver(stored, { decryptionKey: datatrust.key, recipient, maxBytes: PLAIN.length })
      expect(delivery.method).toBe('recode')
      const { code, plain } = await gpg.decrypt(messageOf(delivery))
      expect([code, plain.length, sha256(plain)]).toEqual([0, PLAIN.length, sha256(PLAIN)])
    })

    it('opens a model, and so do we with its private key', async () => {
      const message = await sealBytes(PLAIN, { recipient: await readRecipient(publicKeys[name]!) })
      const { code, plain } = await gpg.decrypt(inPieces(message, [10_000]))
      expect([code, sha256(plain)]).toEqual([0, sha256(PLAIN)])
      const key = await readDecryptionKey(gpg.exportPrivate(name))
      expect(sha256(await openBytes(message, key, { maxBytes: PLAIN.length }))).toBe(sha256(PLAIN))
    })

    it('refuses one that was altered or cut', async () => {
      const message = await sealBytes(PLAIN, { recipient: await readRecipient(publicKeys[name]!) })
      const altered = message.slice()
      altered[500_000]! ^= 1
      expect((await gpg.decrypt(inPieces(altered, [10_000]))).code).not.toBe(0)
      expect((await gpg.decrypt(inPieces(message.subarray(0, -100), [10_000]))).code).not.toBe(0)
    })

    it('made a key whose messages from gpg itself we refuse only for their compression', async () => {
      const directory = await mkdtemp(join(tmpdir(), 'gristmill-gpg-'))
      const [plainPath, sealedPath] = [join(directory, 'plain'), join(directory, 'sealed')]
      await writeFile(plainPath, PLAIN)
      const encrypt = (...options: string[]) => {
        gpg.run([
          ...options,
          '--yes',
          '--trust-model',
          'always',
          '-r',
          `${name}@example.org`,
          '-o',
          sealedPath,
          '-e',
          plainPath,
        ])
      }
      const key = await readDecryptionKey(gpg.exportPrivate(name))
      encrypt('--compress-algo', 'none')
      const opened = await openBytes(new Uint8Array(await readFile(sealedPath)), key, { maxBytes: PLAIN.length })
      expect(sha256(opened)).toBe(sha256(PLAIN))
      encrypt('--compress-algo', 'zip')
      const compressed = new Uint8Array(await readFile(sealedPath))
      await expect(openBytes(compressed, key, { maxBytes: PLAIN.length })).rejects.toMatchObject({
        code: 'UNSUPPORTED_MESSAGE',
      })
      await rm(directory, { recursive: true })
    })
  })

  it('cannot open what is stored for the datatrust', async () => {
    const stored = await storeAsset(PLAIN, datatrust)
    expect((await gpg.decrypt(inPieces(await readAll(messageOf(stored)), [10_000]))).code).not.toBe(0)
  })
})
