import { randomBytes } from 'node:crypto'
import { mkdir, symlink, truncate, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { describe, expect, it, onTestFinished } from 'vitest'
import {
  BadBlobKeyError,
  BlobDamagedError,
  BlobExistsError,
  BlobNotFoundError,
  BlobTooLargeError,
  DirectoryLockedError,
  DiskBlobStore,
  StorageClosedError,
} from '../src/index.js'
import { describeBlobStore } from './_contract.js'
import { bytesOf, collect, filesIn, patternOf, temporaryDirectory } from './_util.js'

async function openStore(): Promise<{ store: DiskBlobStore; directory: string }> {
  const directory = await temporaryDirectory()
  const store = await DiskBlobStore.open(directory)
  onTestFinished(() => store.close())
  return { store, directory }
}

describeBlobStore('a disk', openStore)

describe('a disk', () => {
  it('holds nothing of what was refused, and a blob once', async () => {
    const { store, directory } = await openStore()
    await store.put('a', bytesOf(5000), { maxBytes: 5000 })
    await store.put('a', bytesOf(5000, 77), { maxBytes: 5000 })
    await expect(store.put('a', bytesOf(4999), { maxBytes: 5000 })).rejects.toBeInstanceOf(BlobExistsError)
    await expect(store.put('x/y', bytesOf(5001), { maxBytes: 5000 })).rejects.toBeInstanceOf(BlobTooLargeError)
    expect(await filesIn(directory)).toEqual(['blobs/a.blob'])
    await store.delete('a')
    expect(await filesIn(directory)).toEqual([])
  })

  it('gives each of many readers what they read, one after the other and all at once, taken slowly or left early', async () => {
    const { store } = await openStore()
    const blobs = Array.from({ length: 40 }, (_, i) => randomBytes(600_000 + i))
    for (const [i, blob] of blobs.entries())
      await store.put(`many/${i}`, Readable.from([blob]), { maxBytes: 1_000_000 })
    const readAt = async (i: number) => {
      const bytes = Buffer.alloc(blobs[i]!.length)
      let filled = 0
      for await (const chunk of await store.open(`many/${i}`)) {
        // What was read ahead meanwhile lies elsewhere.
        await new Promise((resolve) => setTimeout(resolve, 2))
        bytes.set(chunk, filled)
        filled += chunk.length
      }
      expect(bytes.equals(blobs[i]!), `blob ${i}`).toBe(true)
    }
    for (const i of blobs.keys()) for await (const _ of await store.open(`many/${i}`)) break
    await Promise.all([...blobs.keys()].map(readAt))
    for (const i of [0, 1, 2]) await readAt(i)
  })

  it('says so when the file shrinks or goes while it is read', async () => {
    const { store, directory } = await openStore()
    await store.put('a', bytesOf(1000), { maxBytes: 1000 })
    const [shrunk, gone] = [await store.open('a'), await store.open('a')]
    await truncate(join(directory, 'blobs/a.blob'), 500)
    await expect(collect(shrunk)).rejects.toBeInstanceOf(BlobDamagedError)
    await store.delete('a')
    await expect(collect(gone)).rejects.toBeInstanceOf(BlobNotFoundError)
  })
})

describe('a hostile directory', () => {
  it('is not left through symbolic links', async () => {
    const { store, directory } = await openStore()
    const outside = await temporaryDirectory()
    await writeFile(join(outside, 'secret.blob'), 'secret')
    await symlink(outside, join(directory, 'blobs/out'))
    await symlink(join(outside, 'secret.blob'), join(directory, 'blobs/file.blob'))

    for (const key of ['out/secret', 'file']) {
      await expect(store.open(key)).rejects.toBeInstanceOf(BadBlobKeyError)
      await expect(store.put(key, bytesOf(1), { maxBytes: 1 })).rejects.toBeInstanceOf(BadBlobKeyError)
    }
    await expect(store.delete('out/secret')).rejects.toBeInstanceOf(BadBlobKeyError)
    await expect(store.put('out/new', bytesOf(1), { maxBytes: 1 })).rejects.toBeInstanceOf(BadBlobKeyError)
    expect((await store.list('')).keys).toEqual([])
    expect(await filesIn(outside)).toEqual(['secret.blob'])
  })
})

describe('a store', () => {
  it('is held by one opener at a time, and refuses work once closed', async () => {
    const { store, directory } = await openStore()
    await store.put('a', bytesOf(1), { maxBytes: 1 })
    await expect(DiskBlobStore.open(directory)).rejects.toBeInstanceOf(DirectoryLockedError)
    await store.close()
    await expect(store.stat('a')).rejects.toBeInstanceOf(StorageClosedError)
    await using again = await DiskBlobStore.open(directory)
    expect(await again.stat('a')).toMatchObject({ sizeBytes: 1 })
  })

  it('clears what a crash left half written', async () => {
    const directory = await temporaryDirectory()
    await mkdir(join(directory, 'incoming'), { recursive: true })
    await writeFile(join(directory, 'incoming/0000'), 'half')
    await using _store = await DiskBlobStore.open(directory)
    expect(await filesIn(directory)).toEqual([])
  })

  it('does not open on a file', async () => {
    const directory = await temporaryDirectory()
    await writeFile(join(directory, 'file'), '')
    await expect(DiskBlobStore.open(join(directory, 'file'))).rejects.toMatchObject({ code: 'STORAGE_IO' })
  })
})

describe('a shared directory', () => {
  it('is written to by all that hold it; only what was abandoned a day ago is cleared', async () => {
    const directory = await temporaryDirectory()
    const open = () => DiskBlobStore.open(directory, { access: 'shared' })
    await using first = await open()
    const [fresh, old] = ['fresh', 'old'].map((name) => join(directory, 'incoming', name)) as [string, string]
    for (const path of [fresh, old]) await writeFile(path, 'half')
    const twoDaysAgo = Date.now() / 1000 - 2 * 86_400
    await utimes(old, twoDaysAgo, twoDaysAgo)
    await using second = await open()
    expect(await filesIn(directory)).toEqual(['incoming/fresh'])
    await first.put('a', bytesOf(5000), { maxBytes: 5000 })
    await second.put('a', bytesOf(5000), { maxBytes: 5000 })
    expect(await collect(await second.open('a'))).toEqual(patternOf(0, 5000))
    await expect(second.put('a', bytesOf(4999), { maxBytes: 5000 })).rejects.toBeInstanceOf(BlobExistsError)
  })
})
