import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readKeyFile, readOrMakeKeyFile } from './key-file.js'
import { openSignerKey } from './signer-key.js'

describe('a key file', () => {
  let directory: string
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'gristmill-keys-'))
  })
  afterEach(() => rm(directory, { recursive: true }))

  it('is made once, for its owner only, however many ask', async () => {
    const path = join(directory, 'keys', 'a.key')
    let made = 0
    const keys = await Promise.all(
      Array.from({ length: 5 }, () => readOrMakeKeyFile(path, async () => `key ${made++}`)),
    )
    expect(new Set(keys).size).toBe(1)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect(await readdir(join(directory, 'keys'))).toEqual(['a.key'])
  })

  it('that others may read is refused', async () => {
    const path = join(directory, 'open.key')
    await writeFile(path, 'key', { mode: 0o600 })
    await expect(readKeyFile(path)).resolves.toBe('key')
    await chmod(path, 0o640)
    await expect(readKeyFile(path)).rejects.toMatchObject({ code: 'KEY_FILE' })
  })

  it('with something else in it is refused without telling what', async () => {
    const path = join(directory, 'signer.key')
    await writeFile(path, 'hunter2', { mode: 0o600 })
    const error = (await openSignerKey(path).catch((thrown: unknown) => thrown)) as Error
    expect(error).toMatchObject({ code: 'KEY_FILE' })
    expect(`${error.stack} ${JSON.stringify(error)}`).not.toContain('hunter2')
  })
})
