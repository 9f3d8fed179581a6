import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { destroyKeyFile, encryptKeyFile, readKeyFile, readOrMakeKeyFile } from './key-file.js'
import { readPassphrase } from './passphrase.js'
import { sealKey } from './sealed-key.js'
import { openSigningKey } from './signing-key.js'

const passphrase = 'between two millstones'
const purpose = 'signer'

describe('a key file', () => {
  let directory: string
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'gristmill-keys-'))
  })
  afterEach(() => rm(directory, { recursive: true }))

  it('is made once, for its owner only, however many ask', async () => {
    const path = join(directory, 'keys', 'a.key')
    let made = 0
    const file = { path, purpose, unencrypted: true }
    const keys = await Promise.all(
      Array.from({ length: 5 }, () => readOrMakeKeyFile(file, async () => `key ${made++}`)),
    )
    expect(new Set(keys).size).toBe(1)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect(await readdir(join(directory, 'keys'))).toEqual(['a.key'])
  })

  it('is not made in the clear unless that is said', async () => {
    const path = join(directory, 'a.key')
    await expect(readOrMakeKeyFile({ path, purpose }, async () => 'key')).rejects.toMatchObject({
      code: 'PASSPHRASE_MISSING',
    })
    expect(await readdir(directory)).toEqual([])
  })

  it('that others may read is refused', async () => {
    const path = join(directory, 'open.key')
    await writeFile(path, 'key', { mode: 0o600 })
    await expect(readKeyFile({ path, purpose })).resolves.toBe('key')
    await chmod(path, 0o640)
    await expect(readKeyFile({ path, purpose })).rejects.toMatchObject({ code: 'KEY_FILE' })
  })

  it('with something else in it is refused without telling what', async () => {
    const path = join(directory, 'signer.key')
    await writeFile(path, 'hunter2', { mode: 0o600 })
    const error = (await openSigningKey({ path, purpose }).catch((thrown: unknown) => thrown)) as Error
    expect(error).toMatchObject({ code: 'KEY_FILE' })
    expect(`${error.stack} ${JSON.stringify(error)}`).not.toContain('hunter2')
  })

  it('is encrypted, and opens with its passphrase, for its purpose, and unchanged only', async () => {
    const path = join(directory, 'a.key')
    await writeFile(path, 'secret grain', { mode: 0o600 })
    await expect(readKeyFile({ path, purpose, passphrase })).rejects.toMatchObject({ code: 'KEY_FILE' })
    await expect(encryptKeyFile({ path, purpose, passphrase })).resolves.toBe(true)
    await expect(encryptKeyFile({ path, purpose, passphrase })).resolves.toBe(false)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    const text = await readFile(path, 'utf8')
    expect(text).not.toContain('grain')

    await expect(readKeyFile({ path, purpose, passphrase })).resolves.toBe('secret grain')
    await expect(readKeyFile({ path, purpose })).rejects.toMatchObject({ code: 'PASSPHRASE_MISSING' })

    const cheap = await sealKey('secret grain', passphrase, purpose, 2 ** 14)
    await writeFile(path, cheap)
    await expect(readKeyFile({ path, purpose, passphrase })).resolves.toBe('secret grain')
    const refused = { code: 'KEY_FILE' }
    await expect(readKeyFile({ path, purpose, passphrase: `${passphrase}.` })).rejects.toMatchObject(refused)
    await expect(readKeyFile({ path, purpose: 'openpgp', passphrase })).rejects.toMatchObject(refused)
    // The last asks for more memory than a file may.
    const changes = [cheap.replace('16384', '32768'), cheap.replace('"data":"', '"data":"AAAA'), '{}']
    for (const changed of [...changes, cheap.replace('16384', String(2 ** 24))]) {
      await writeFile(path, changed)
      await expect(readKeyFile({ path, purpose, passphrase })).rejects.toMatchObject(refused)
    }
  }, 20_000)

  it('is gone when it is destroyed', async () => {
    const path = join(directory, 'a.key')
    await writeFile(path, 'key', { mode: 0o600 })
    await destroyKeyFile(path)
    expect(await readdir(directory)).toEqual([])
  })
})

describe('a passphrase file', () => {
  it('gives its first line; others may not read it, and it may not be short', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'gristmill-passphrase-'))
    const path = join(directory, 'passphrase')
    try {
      await writeFile(path, `${passphrase}\nand more\n`, { mode: 0o400 })
      await expect(readPassphrase(path)).resolves.toBe(passphrase)
      await chmod(path, 0o604)
      await expect(readPassphrase(path)).rejects.toMatchObject({ code: 'PASSPHRASE' })
      await chmod(path, 0o600)
      await writeFile(path, 'too short')
      const error = (await readPassphrase(path).catch((thrown: unknown) => thrown)) as Error
      expect(error).toMatchObject({ code: 'PASSPHRASE' })
      expect(`${error.stack} ${JSON.stringify(error)}`).not.toContain('too short')
      await expect(readPassphrase(join(directory, 'nowhere'))).rejects.toMatchObject({ code: 'PASSPHRASE' })
    } finally {
      await rm(directory, { recursive: true })
    }
  })
})
