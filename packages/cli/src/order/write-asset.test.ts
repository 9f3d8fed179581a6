import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FileError } from '../argument-errors.js'
import { writeAsset } from './write-asset.js'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gristmill-asset-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const FILES = [
  { name: 'a.txt', sizeBytes: 3 },
  { name: 'b.txt', sizeBytes: 1 },
  { name: 'c.txt', sizeBytes: 4 },
]

async function* inChunks(text: string, chunkBytes: number, failure?: Error) {
  const bytes = Buffer.from(text)
  for (let offset = 0; offset < bytes.length; offset += chunkBytes) yield bytes.subarray(offset, offset + chunkBytes)
  if (failure !== undefined) throw failure
}

describe('an asset', () => {
  it.each([1, 2, 3, 5, 8, 100])('of several files is divided, whatever the chunks (%i bytes)', async (chunkBytes) => {
    const out = join(folder, 'asset')
    await writeAsset({ out, content: inChunks('aaabcccc', chunkBytes), files: FILES })
    const texts = await Promise.all(FILES.map((file) => readFile(join(out, file.name), 'utf8')))
    expect(texts).toEqual(['aaa', 'b', 'cccc'])
    expect(await readdir(folder)).toEqual(['asset'])
  })

  it('of one file is that file, in a folder that need not be there', async () => {
    const out = join(folder, 'deep', 'data.csv')
    await writeAsset({ out, content: inChunks('abc', 2), files: [{ name: 'x.csv', sizeBytes: 3 }] })
    expect(await readFile(out, 'utf8')).toBe('abc')
  })

  it.each([FILES, FILES.slice(0, 1)])('that fails at its end leaves nothing', async (...files) => {
    const out = join(folder, 'asset')
    const content = inChunks('aaabcccc', 3, new RangeError('wrong'))
    await expect(writeAsset({ out, content, files })).rejects.toBeInstanceOf(RangeError)
    expect(await readdir(folder)).toEqual([])
  })

  it('never replaces what is there', async () => {
    const out = join(folder, 'mine')
    await writeFile(out, 'mine')
    await expect(writeAsset({ out, content: inChunks('x', 1), files: FILES })).rejects.toBeInstanceOf(FileError)
    expect(await readFile(out, 'utf8')).toBe('mine')
  })

  it('says which path cannot be written', async () => {
    await writeFile(join(folder, 'file'), '')
    const out = join(folder, 'file', 'data.csv')
    await expect(writeAsset({ out, content: inChunks('x', 1), files: FILES })).rejects.toBeInstanceOf(FileError)
    expect(existsSync(out)).toBe(false)
  })
})
