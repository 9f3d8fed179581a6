import { describe, expect, it } from 'vitest'
import { CROISSANT_VERSION, croissantOf } from './croissant.js'
import type { ListingId } from './ids.js'
import { metadataSchema } from './metadata.js'

const listing = `0x${'ab'.repeat(32)}` as ListingId
const written = {
  version: 1,
  name: 'Weather',
  description: 'Of a village.',
  license: 'CC-BY-4.0',
  creator: { kind: 'organization', name: 'Observatory' },
  datePublished: '2026-11-28',
  keywords: ['rain'],
  files: [{ name: 'weather report.csv', sizeBytes: 1_234 }],
  checksums: [`0x${'cd'.repeat(32)}`],
  rows: 2,
  columns: [
    { name: 'mm', type: 'number', statistics: { missing: 0, distinct: 2, min: 0, max: 3, mean: 1.5 } },
    { name: 'sky', type: 'category' },
  ],
  sample: [['3', 'grey']],
} as const

/** Every value of a key, wherever it stands. */
function valuesOf(node: unknown, key: string): unknown[] {
  if (Array.isArray(node)) return node.flatMap((entry) => valuesOf(entry, key))
  if (typeof node !== 'object' || node === null) return []
  return Object.entries(node).flatMap(([name, value]) => (name === key ? [value] : valuesOf(value, key)))
}

describe('a description as Croissant 1.1', () => {
  const croissant = croissantOf({ listing, metadata: metadataSchema.parse(written), url: 'https://d.example/v1/l' })

  it('has what the specification requires of a dataset', () => {
    expect(croissant).toMatchObject({
      '@type': 'sc:Dataset',
      conformsTo: CROISSANT_VERSION,
      name: 'Weather',
      description: 'Of a village.',
      license: 'https://spdx.org/licenses/CC-BY-4.0.html',
      url: 'https://d.example/v1/l',
      creator: { '@type': 'sc:Organization', name: 'Observatory' },
      datePublished: '2026-11-28',
    })
  })

  it('names its files, and each column with the file it is in', () => {
    expect(croissant.distribution).toEqual([
      {
        '@type': 'cr:FileObject',
        '@id': 'weather%20report.csv',
        name: 'weather report.csv',
        contentUrl: 'weather%20report.csv',
        contentSize: '1234 B',
        encodingFormat: 'text/csv',
        sha256: 'cd'.repeat(32),
      },
    ])
    const [records] = croissant.recordSet as { field: object[]; annotation: object[]; examples: object[] }[]
    expect(records?.field).toMatchObject([
      { name: 'mm', dataType: 'sc:Float', source: { extract: { column: 'mm' } } },
      { name: 'sky', dataType: 'sc:Text' },
    ])
    expect(records?.annotation).toMatchObject([{ name: 'count', value: 2 }])
    expect(records?.examples).toEqual([{ 'records/mm': 3, 'records/sky': 'grey' }])
  })

  it('tells statistics of the columns they were chosen for, and of no other', () => {
    const fields = valuesOf(croissant.recordSet, 'field').flat() as { name: string; annotation?: { name: string }[] }[]
    expect(fields.map(({ annotation }) => annotation?.map(({ name }) => name))).toEqual([
      ['mean', 'max', 'min', 'missing', 'distinct'],
      undefined,
    ])
  })

  it('uses every id once, refers to ids that are there, and uses only terms that its context or schema.org has', () => {
    const nodes = (node: unknown): Record<string, unknown>[] =>
      Array.isArray(node)
        ? node.flatMap(nodes)
        : typeof node === 'object' && node !== null
          ? [node as Record<string, unknown>, ...Object.values(node).flatMap(nodes)]
          : []
    const { '@context': context, ...body } = croissant
    const all = nodes(body).filter((node) => '@id' in node)
    const defined = all.filter((node) => Object.keys(node).length > 1).map((node) => node['@id'])
    expect(new Set(defined).size).toBe(defined.length)
    for (const node of all) expect(defined).toContain(node['@id'])
    const schemaOrg = ['name', 'description', 'license', 'url', 'creator', 'datePublished', 'keywords', 'version']
    const ofFiles = ['distribution', 'contentUrl', 'contentSize', 'encodingFormat', 'sha256']
    const known = new Set([...Object.keys(context as object), ...schemaOrg, ...ofFiles, '@id', '@type'])
    const examples = new Set(['records/mm', 'records/sky'])
    const terms = nodes(body)
      .flatMap((node) => Object.keys(node))
      .filter((term) => !examples.has(term))
    expect(terms.filter((term) => !known.has(term))).toEqual([])
    const prefixes = nodes(body).flatMap((node) => [node['@type'], node.dataType].flat())
    for (const term of prefixes) {
      if (typeof term === 'string' && !term.startsWith('http'))
        expect(context).toHaveProperty([term.split(':')[0] as string])
    }
  })

  it('has no more than its files if nothing else was told', () => {
    const { version, name, license, files } = written
    const bare = croissantOf({ listing, metadata: metadataSchema.parse({ version, name, license, files }) })
    expect(bare).not.toHaveProperty('recordSet')
    expect(bare).not.toHaveProperty('creator')
    expect(JSON.stringify(bare)).not.toContain('cdcd')
  })
})

describe('what a description may say of its content', () => {
  it.each([
    ['checksums of other files', { checksums: [] }],
    ['a sample of other columns', { sample: [['3']] }],
    ['a sample without columns', { columns: undefined }],
    ['101 rows of a sample', { sample: Array.from({ length: 101 }, () => ['3', 'grey']) }],
    [
      'a sample of more than 100,000 characters',
      { sample: Array.from({ length: 60 }, () => ['x'.repeat(1_000), 'y'.repeat(1_000)]) },
    ],
    ['a column twice', { columns: [written.columns[0], written.columns[0]] }],
    [
      'a number that is none',
      {
        columns: [
          { ...written.columns[0], statistics: { missing: 0, distinct: 1, min: Number.NaN } },
          written.columns[1],
        ],
      },
    ],
    ['a day that is none', { datePublished: '2026-02-30' }],
    ['a page that is a script', { creator: { ...written.creator, url: 'javascript:alert(1)' } }],
  ])('is not %s', (_what, change) => {
    expect(metadataSchema.safeParse(written).success).toBe(true)
    expect(metadataSchema.safeParse({ ...written, ...change }).success).toBe(false)
  })
})
