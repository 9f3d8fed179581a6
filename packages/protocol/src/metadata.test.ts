import { describe, expect, it } from 'vitest'
import { assetFilesSchema, metadataSchema } from './metadata.js'

const files = (...names: string[]) => names.map((name) => ({ name, sizeBytes: 1 }))

describe('the files of an asset', () => {
  it('take ordinary names, spaces and other scripts included', () => {
    expect(assetFilesSchema.safeParse(files('data.csv', 'Mehl 2026.tar.gz', '粉.csv')).success).toBe(true)
  })

  it.each([
    '../escape.csv',
    'a/b.csv',
    'a\\b.csv',
    '..',
    '.',
    '',
    'nul\0.csv',
    'line\nbreak.csv',
    'C:data.csv',
    'trailing.',
    ' leading',
    'lone\ud800surrogate',
    'x'.repeat(256),
  ])('refuse the name %j', (name) => {
    expect(assetFilesSchema.safeParse(files(name)).success).toBe(false)
  })

  it('refuse names that differ only in case, for file systems that do not see it', () => {
    expect(assetFilesSchema.safeParse(files('a.csv', 'A.csv')).success).toBe(false)
  })

  it('refuse an empty file, an empty list and more than 1000 files', () => {
    expect(assetFilesSchema.safeParse([{ name: 'a', sizeBytes: 0 }]).success).toBe(false)
    expect(assetFilesSchema.safeParse([]).success).toBe(false)
    expect(assetFilesSchema.safeParse(files(...Array.from({ length: 1001 }, (_, i) => `f${i}`))).success).toBe(false)
  })
})

describe('metadata', () => {
  const metadata = { version: 1, name: 'Endgames', license: 'CC0-1.0', files: files('a.csv') }

  it('need a name, a licence and files', () => {
    expect(metadataSchema.parse(metadata).description).toBe('')
  })

  it('refuse what nobody has defined', () => {
    expect(metadataSchema.safeParse({ ...metadata, price: 5 }).success).toBe(false)
  })
})
