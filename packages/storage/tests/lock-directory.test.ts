import { describe, expect, it } from 'vitest'
import { DirectoryLockedError, lockDirectory } from '../src/index.js'
import { killNow, runChild, temporaryDirectory } from './_util.js'

describe('lockDirectory', () => {
  it('refuses a second process within a second, naming the directory', async () => {
    const directory = await temporaryDirectory()
    await using _lock = await lockDirectory(directory)
    const { line } = await runChild('hold-lock.ts', directory)
    expect(line).toBe('DIRECTORY_LOCKED')
  })

  it('refuses while another process holds it, and opens once that one is killed', async () => {
    const directory = await temporaryDirectory()
    const { child, line } = await runChild('hold-lock.ts', directory)
    expect(line).toBe('locked')

    const startedAt = performance.now()
    const error = await lockDirectory(directory).catch((caught) => caught)
    expect(error).toBeInstanceOf(DirectoryLockedError)
    expect(error.details).toEqual({ directory })
    expect(performance.now() - startedAt).toBeLessThan(1000)

    await killNow(child)
    await using lock = await lockDirectory(directory)
    expect(lock.directory).toBe(directory)
  })

  it('refuses a second holder in the same process, until the first closes', async () => {
    const directory = await temporaryDirectory()
    const lock = await lockDirectory(directory)
    await expect(lockDirectory(directory)).rejects.toBeInstanceOf(DirectoryLockedError)
    await lock.close()
    await lock.close()
    await (await lockDirectory(directory)).close()
  })

  it('does not print that SQLite is experimental', async () => {
    const warnings: unknown[] = []
    const listen = (warning: unknown) => warnings.push(warning)
    process.on('warning', listen)
    await using _lock = await lockDirectory(await temporaryDirectory())
    await new Promise((resolve) => setTimeout(resolve, 20))
    process.off('warning', listen)
    expect(warnings).toEqual([])
  })
})
