import { describe, expect, it } from 'vitest'
import { describeTable } from './describe-table.js'
import { TableRaggedError } from './errors.js'

async function* csv(text: string) {
  yield new TextEncoder().encode(text)
}

describe('a table', () => {
  it('is described by its columns, in their order, and its rows', async () => {
    const words = Array.from({ length: 40 }, (_, index) => `${index},${index % 2 ? 'a' : 'b'},word ${index},1e12\n`)
    expect(await describeTable({ source: csv(`n,few,many,huge\n${words.join('')}`) })).toEqual({
      columns: [
        { name: 'n', type: 'number' },
        { name: 'few', type: 'category' },
        { name: 'many', type: 'text' },
        { name: 'huge', type: 'number' },
      ],
      rows: 40,
    })
  })

  it('tells of its values, and gives rows away, only if that is asked for', async () => {
    const text = `n,word,gap\n${Array.from({ length: 5_000 }, (_, index) => `${index % 100},w${index},${index % 2 ? 'x' : ''}\n`).join('')}`
    const plain = await describeTable({ source: csv(text) })
    expect(JSON.stringify(plain)).not.toMatch(/statistics|sample/)
    const { columns, sample } = await describeTable({ source: csv(text), statistics: true, sampleRows: 2 })
    expect(sample).toEqual([
      ['0', 'w0', ''],
      ['1', 'w1', 'x'],
    ])
    expect(columns[0]?.statistics).toEqual({ missing: 0, distinct: 100, min: 0, max: 99, mean: 49.5 })
    expect(columns[2]?.statistics).toEqual({ missing: 2_500, distinct: 1 })
    // More than are counted: an estimate.
    expect(Math.abs((columns[1]?.statistics?.distinct ?? 0) - 5_000)).toBeLessThan(500)
  })

  it('with rows of another length is none', async () => {
    await expect(describeTable({ source: csv('a,b\n1\n') })).rejects.toBeInstanceOf(TableRaggedError)
  })
})
