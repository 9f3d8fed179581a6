import { Readable } from 'node:stream'
import { type Policy, policyFor, type Table } from '@gristmill/protocol'
import { describe, expect, it } from 'vitest'
import { inspectTable } from './inspect-table.js'
import { mockRows, mockTable } from './mock-table.js'
import { readTable } from './read-table.js'

const table: Table = {
  features: [
    { name: 'dose, in mg', type: 'number', minMicros: -1_500_000, maxMicros: 2_250_001 },
    { name: 'site', type: 'category', categories: ['a', 'b "c"', ' d', 'e\nf', ''] },
  ],
  label: { name: 'ill', classes: ['never', 'no, not yet', 'yes'] },
  ignored: ['id'],
}
const sourceOf = (csv: Uint8Array) => Readable.from([csv])
const policyOf = (changes: Partial<Parameters<typeof policyFor>[0]> = {}): Policy =>
  policyFor({
    table,
    algorithms: [{ digest: `0x${'ab'.repeat(32)}`, runtime: 'js', parameters: {} }],
    ...changes,
  })

describe('mockTable', () => {
  it('makes rows of the schema, every class and category among them, whatever their text', async () => {
    const read = await readTable({
      source: sourceOf(mockTable(table, { rows: 500, seed: 'a' })),
      table,
      encodedBytesMax: 1e6,
    })
    expect(read.rows).toBe(500)
    for (const label of [0, 1, 2]) expect(read.labels.filter((one) => one === label).length).toBeGreaterThan(20)
    const values = read.features.filter((_, index) => index % read.dimensions === 0)
    expect(Math.min(...values)).toBeLessThan(0.05)
    expect(Math.max(...values)).toBeGreaterThan(0.95)
  })

  it('makes numbers of a number label within its bounds, which follow the columns', async () => {
    const days: Table = { ...table, label: { name: 'days', minMicros: -500_000, maxMicros: 2_000_000 } }
    const source = sourceOf(mockTable(days, { rows: 500, seed: 'a' }))
    const { labels } = await readTable({ source, table: days, encodedBytesMax: 1e6 })
    expect(Math.max(...labels.map(Math.abs))).toBeGreaterThan(0.9)
    expect(labels.every((label) => Math.abs(label) <= 1)).toBe(true)
    expect(new Set(labels).size).toBeGreaterThan(400)
  })

  it('follows from schema and seed alone', () => {
    const made = mockTable(table, { rows: 50, seed: 'a' })
    expect(mockTable(structuredClone(table), { rows: 50, seed: 'a' })).toEqual(made)
    expect(mockTable(table, { rows: 50, seed: 'b' })).not.toEqual(made)
  })

  it.each([
    policyOf(),
    policyOf({ model: { family: 'mlp', hidden: [30] }, minRowsPerParam: 7 }),
    policyOf({ checks: { membership: { maxTprAt1FprBps: 500, maxGapBps: 500 } }, holdoutBps: 500 }),
  ])('has rows enough for every check of a policy', async (policy) => {
    const rows = mockRows(policy)
    const source = sourceOf(mockTable(table, { rows, seed: 'a' }))
    expect(await inspectTable({ source, policy, encodedBytesMax: 64e6 })).toMatchObject({ rows })
  })
})
