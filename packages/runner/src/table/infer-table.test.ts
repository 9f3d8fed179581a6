import { classesOf } from '@gristmill/protocol'
import { describe, expect, it } from 'vitest'
import { source } from '../../tests/_source.js'
import {
  ColumnUnusableError,
  LabelError,
  TableEmptyError,
  TableHeaderError,
  TableRaggedError,
  TableSyntaxError,
  TableTooLargeError,
} from './errors.js'
import { type InferTableParams, inferTable } from './infer-table.js'
import { TABLE_LIMITS } from './limits.js'

const infer = (text: string | Uint8Array, params: Omit<InferTableParams, 'source'> = {}) =>
  inferTable({ source: source(text), ...params })
const failure = (text: string | Uint8Array, params: Omit<InferTableParams, 'source'> = {}) =>
  infer(text, params).then(
    () => undefined,
    (error: unknown) => error,
  )

describe('inferTable', () => {
  it('tells numbers from categories and takes the last column as the label', async () => {
    const { table, size, sizeBytes, ignored } = await infer('age,colour,ill\n31,red,no\n64.5,blue,yes\n8,red,no\n')
    expect(table).toEqual({
      features: [
        { name: 'age', type: 'number', minMicros: 8_000_000, maxMicros: 65_000_000 },
        { name: 'colour', type: 'category', categories: ['blue', 'red'] },
      ],
      label: { name: 'ill', classes: ['no', 'yes'] },
      ignored: [],
    })
    expect(size.rows).toBe(3)
    expect(size.compressedBytes).toBeGreaterThan(0)
    expect(sizeBytes).toBe(48)
    expect(ignored).toEqual([])
  })

  it('takes another column as the label if told to', async () => {
    const { table } = await infer('ill,age\nno,1\nyes,2\n', { label: 'ill' })
    expect(table.label).toEqual({ name: 'ill', classes: ['no', 'yes'] })
    expect(table.features.map(({ name }) => name)).toEqual(['age'])
  })

  it('takes a column of many numbers as a number label, with bounds like those of a feature', async () => {
    const rows = Array.from({ length: 17 }, (_, row) => `${row % 2 ? 'x' : 'y'},${row + 0.5}`)
    const text = `a,days\n${rows.join('\n')}\n`
    expect((await infer(text)).table.label).toEqual({ name: 'days', minMicros: 0, maxMicros: 17_000_000 })
    // One number less could be classes; which it is, its owner may say.
    const fewer = `a,days\n${rows.slice(1).join('\n')}\n`
    expect(classesOf((await infer(fewer)).table)).toBe(16)
    expect(classesOf((await infer(fewer, { labelType: 'number' })).table)).toBe(0)
    expect(classesOf((await infer(text, { classesMax: 17 })).table)).toBe(17)
  })

  it.each<[string, 'classes' | 'number', string]>([
    ['a text', 'number', 'a,b\n1,2\n2,x\n'],
    ['a number that is not finite', 'number', 'a,b\n1,2\n2,inf\n'],
    ['one and the same number', 'number', 'a,b\n1,2\n2,2.0\n'],
    ['a number beyond the bounds of a policy', 'number', 'a,b\n1,2\n2,1e30\n'],
    ['too many classes', 'classes', `a,b\n${Array.from({ length: 17 }, (_, row) => `1,${row}`).join('\n')}\n`],
  ])('refuses a label with %s as %s', async (_what, labelType, text) => {
    const error = await failure(text, { labelType })
    expect(error).toBeInstanceOf(LabelError)
    expect(error).toMatchObject({ details: { column: 'b' } })
  })

  it.each([
    ['a byte order mark, CRLF and no last line break', '\ufeffa,b\r\n1,x\r\n2,y'],
    ['quotes, commas and doubled quotes', 'a,b\n1,"x, ""1"""\n2,"y"\n'],
    ['line breaks in quotes', 'a,b\n1,"x\ny"\n2,z\n'],
    ['blanks around cells and empty lines', 'a, b\n\n1 , x\n 2, y\n\n'],
    ['text beyond ASCII, cut anywhere', 'a,b\n1,größe €😀\n2,ü\n'],
  ])('reads %s', async (_what, text) => {
    const { table, size } = await infer(text)
    expect(size.rows).toBe(2)
    expect(table.features[0]).toMatchObject({ name: 'a', type: 'number' })
    expect(classesOf(table)).toBe(2)
  })

  it('publishes bounds that hold every number, also extreme ones', async () => {
    for (const values of [
      [0, 0],
      [1e-9, 3e-9],
      [-123.456, 7],
      [1e9, 2e9],
      [0.1, 0.3],
      [-5, -5],
    ]) {
      const { table } = await infer(`a,b\n${values[0]},x\n${values[1]},y\n`)
      const [column] = table.features
      if (column?.type !== 'number') expect.fail('expected a number')
      expect(column.minMicros).toBeLessThan(column.maxMicros)
      expect(column.minMicros / 1e6).toBeLessThanOrEqual(Math.min(...values))
      expect(column.maxMicros / 1e6).toBeGreaterThanOrEqual(Math.max(...values))
    }
  })

  it('names the line, the column and the remedy of a ragged row', async () => {
    const error = await failure('a,b\n1,x\n2,y,z\n')
    expect(error).toBeInstanceOf(TableRaggedError)
    expect(error).toMatchObject({ details: { line: 3, expected: 2, actual: 3 } })
    expect(await failure('a,b\n1\n')).toMatchObject({ code: 'TABLE_RAGGED', details: { line: 2 } })
  })

  it.each<[string, new (...args: never[]) => Error, string | Uint8Array]>([
    ['an empty file', TableEmptyError, ''],
    ['a header alone', TableEmptyError, 'a,b\n'],
    ['a column named twice', TableHeaderError, 'a,a\n1,2\n'],
    ['a column without a name', TableHeaderError, 'a,,b\n1,2,3\n'],
    ['semicolons', TableHeaderError, 'a;b\n1;2\n'],
    ['a quote that never closes', TableSyntaxError, 'a,b\n1,"x\n2,y\n'],
    ['a quote in the middle of a cell', TableSyntaxError, 'a,b\n1,x"y"\n'],
    ['text after a closing quote', TableSyntaxError, 'a,b\n1,"x"y\n'],
    ['bytes that are not UTF-8', TableSyntaxError, Uint8Array.of(0x61, 0x2c, 0x62, 0x0a, 0xff, 0xfe)],
    ['UTF-8 cut off at the end', TableSyntaxError, Uint8Array.of(0x61, 0x2c, 0x62, 0x0a, 0x31, 0x2c, 0xe2, 0x82)],
    ['a label with one class', LabelError, 'a,b\n1,x\n2,x\n'],
    [
      'a label with too many classes',
      LabelError,
      `a,b\n${Array.from({ length: 17 }, (_, row) => `1,c${row}`).join('\n')}`,
    ],
    ['a number that is not finite', ColumnUnusableError, 'a,b\n1,x\nNaN,y\n'],
    ['a number beyond doubles', ColumnUnusableError, 'a,b\n1,x\n1e999,y\n'],
    ['numbers beyond the bounds of a policy', ColumnUnusableError, 'a,b\n1,x\n1e30,y\n'],
    [
      'too many categories',
      ColumnUnusableError,
      `a,b\n${Array.from({ length: 33 }, (_, row) => `c${row},${row % 2}`).join('\n')}`,
    ],
  ])('refuses %s', async (_what, type, text) => {
    expect(await failure(text)).toBeInstanceOf(type)
  })

  it('names the place of what it refuses, never the data', async () => {
    const error = await failure('name,b\n1,x\nInfinity,secret\n')
    expect(error).toMatchObject({ details: { line: 3, column: 'name' } })
    expect(JSON.stringify(error)).not.toContain('secret')
    expect((await failure('a,b\n1,"secret" x\n')) as Error).toMatchObject({
      message: expect.not.stringContaining('secret'),
    })
  })

  it('leaves out unusable columns if told to, and says which and why', async () => {
    const rows = Array.from({ length: 40 }, (_, row) => `user${row},${row},${row % 2 ? 'x' : 'y'}`)
    const { table, ignored } = await infer(`id,a,b\n${rows.join('\n')}`, { unusableColumns: 'ignore' })
    expect(table.ignored).toEqual(['id'])
    expect(ignored[0]).toMatchObject({ name: 'id', reason: expect.any(String) })
  })

  it.each([
    ['bytes', { sizeBytes: 20 }],
    ['rows', { rows: 2 }],
    ['columns', { columns: 1 }],
    ['bytes in one row', { rowBytes: 3 }],
  ])('stops at too many %s', async (_what, limit) => {
    const text = 'a,b\n1,x\n2,y\n3,zzzzzzzzzzzzzz\n'
    expect(await failure(text, { limits: { ...TABLE_LIMITS, ...limit } })).toBeInstanceOf(TableTooLargeError)
    expect(await failure(text)).toBeUndefined()
  })

  it('passes on what the source throws', async () => {
    const broken = async function* () {
      yield new TextEncoder().encode('a,b\n1,x\n')
      throw new RangeError('the disk is gone')
    }
    await expect(inferTable({ source: broken() })).rejects.toThrow(RangeError)
  })
})
