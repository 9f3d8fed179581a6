import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { KeyFileError } from './cli-errors.js'
import { openpgpKeyBeside } from './key-file.js'

let folder: string
let keyFile: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gristmill-keys-'))
  keyFile = join(folder, 'buyer.key')
  await writeFile(keyFile, '', { mode: 0o600 })
})
afterEach(() => rm(folder, { recursive: true, force: true }))

describe("an actor's OpenPGP key", () => {
  it('is made once, for its owner only, even when two ask at the same time', async () => {
    const [first, second] = await Promise.all([openpgpKeyBeside(keyFile, 'buyer'), openpgpKeyBeside(keyFile, 'buyer')])
    expect(first).toContain('BEGIN PGP PRIVATE KEY BLOCK')
    expect(second).toBe(first)
    expect(await openpgpKeyBeside(keyFile, 'buyer')).toBe(first)
    expect(await readdir(folder)).toEqual(['buyer.key', 'buyer.openpgp.asc'])
    expect((await stat(join(folder, 'buyer.openpgp.asc'))).mode & 0o777).toBe(0o600)
  })

  it('is not used when others may read it', async () => {
    await openpgpKeyBeside(keyFile, 'buyer')
    await chmod(join(folder, 'buyer.openpgp.asc'), 0o640)
    await expect(openpgpKeyBeside(keyFile, 'buyer')).rejects.toBeInstanceOf(KeyFileError)
  })
})
