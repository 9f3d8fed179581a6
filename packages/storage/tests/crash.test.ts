import { spawnSync } from 'node:child_process'
import { describe, expect, it, onTestFinished } from 'vitest'
import { DiskBlobStore, StorageFullError } from '../src/index.js'
import { bytesOf, collect, filesIn, killNow, runChild, temporaryDirectory } from './_util.js'

describe('kill -9 in the middle of a put', () => {
  it('keeps what was acknowledged, shows nothing of the rest and leaves nothing after the next start', async () => {
    const directory = await temporaryDirectory()
    const { child, line } = await runChild('put-forever.ts', directory)
    expect(line).toBe('writing')
    await killNow(child)
    // The negative control: there was something to clear.
    expect((await filesIn(directory)).some((path) => path.startsWith('incoming/'))).toBe(true)

    await using store = await DiskBlobStore.open(directory)
    expect(await filesIn(directory)).toEqual(['blobs/kept.blob'])
    expect((await store.list('')).keys).toEqual(['kept'])
    expect(new TextDecoder().decode(await collect(await store.open('kept')))).toBe('acknowledged')
  })
})

function mountSmallDisk(directory: string): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', directory]).status !== 0) return false
  onTestFinished(() => void spawnSync('umount', ['--lazy', directory]))
  return true
}

describe('a full disk', () => {
  it('is a retryable error, keeps nothing, and is over when there is room', async ({ skip }) => {
    const directory = await temporaryDirectory()
    skip(!mountSmallDisk(directory), 'a small tmpfs can only be mounted as root on Linux')
    await using store = await DiskBlobStore.open(directory)
    await store.put('first', bytesOf(500_000), { maxBytes: 1e6 })
    const error = await store.put('second', bytesOf(4_000_000, 64 * 1024), { maxBytes: 1e7 }).catch((caught) => caught)
    expect(error).toBeInstanceOf(StorageFullError)
    expect(error.retryable).toBe(true)
    expect(await filesIn(directory)).toEqual(['blobs/first.blob'])
    await store.put('second', bytesOf(1_000_000), { maxBytes: 1e6 })
    expect(await store.stat('second')).toMatchObject({ sizeBytes: 1_000_000 })
  })
})
