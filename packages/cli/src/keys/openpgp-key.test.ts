import { chmod, mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Wallet } from 'ethers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Actor } from './actor.js'
import { KeyFileError, OpenpgpKeyLostError } from './key-errors.js'
import { openOpenpgpKey } from './openpgp-key.js'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gristmill-keys-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const actor = (passphrase?: string): Actor => ({
  name: 'buyer',
  address: `0x${'12'.repeat(20)}`,
  unlock: async () => Wallet.createRandom() as unknown as Wallet,
  passphrase: async () => passphrase,
  openpgpFile: join(folder, 'buyer.openpgp.asc'),
})
const never = async () => false

describe("an actor's OpenPGP key", () => {
  it('is made once, for its owner only, even when two ask at the same time', async () => {
    const [first, second] = await Promise.all([openOpenpgpKey(actor(), never), openOpenpgpKey(actor(), never)])
    expect(first.publicKey).toContain('BEGIN PGP PUBLIC KEY BLOCK')
    expect(second.publicKey).toBe(first.publicKey)
    expect((await openOpenpgpKey(actor(), never)).publicKey).toBe(first.publicKey)
    expect(await readdir(folder)).toEqual(['buyer.openpgp.asc'])
    expect((await stat(join(folder, 'buyer.openpgp.asc'))).mode & 0o777).toBe(0o600)
  })

  it('is encrypted with the password of the account that has one', async () => {
    const { publicKey } = await openOpenpgpKey(actor('a long password'), never)
    expect((await openOpenpgpKey(actor('a long password'), never)).publicKey).toBe(publicKey)
    await expect(openOpenpgpKey(actor('another password'), never)).rejects.toMatchObject({ code: 'KEY_LOCKED' })
    await expect(openOpenpgpKey(actor(), never)).rejects.toMatchObject({ code: 'KEY_LOCKED' })
  })

  it('is not made anew for an account that has bought', async () => {
    await expect(openOpenpgpKey(actor(), async () => true)).rejects.toBeInstanceOf(OpenpgpKeyLostError)
    expect(await readdir(folder)).toEqual([])
  })

  it('is not used when others may read it', async () => {
    await openOpenpgpKey(actor(), never)
    await chmod(join(folder, 'buyer.openpgp.asc'), 0o640)
    await expect(openOpenpgpKey(actor(), never)).rejects.toBeInstanceOf(KeyFileError)
  })
})
