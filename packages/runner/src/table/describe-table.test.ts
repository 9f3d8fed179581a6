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

  it('with rows of another length is none', async () => {
    await expect(describeTable({ source: csv('a,b\n1\n') })).rejects.toBeInstanceOf(TableRaggedError)
  })
})
