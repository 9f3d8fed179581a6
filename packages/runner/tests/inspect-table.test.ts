import { leakBits, rowsAtMost } from '@gristmill/protocol'
import {
  AirlockRequiredError,
  HoldoutTooSmallError,
  inspectTable,
  TableMismatchError,
  TooFewRowsError,
} from '@gristmill/runner'
import { describe, expect, it } from 'vitest'
import { csv, policyFor } from './_policy.js'
import { source } from './_source.js'

const module = new Uint8Array(1)
const inspect = (policy = policyFor(module), text = csv) =>
  inspectTable({ source: source(text, 512), policy, encodedBytesMax: 2 ** 20 })

describe('inspectTable', () => {
  it('measures the data of a listing', async () => {
    const size = await inspect()
    expect(size.rows).toBe(100)
    expect(rowsAtMost(leakBits(policyFor(module)), size)).toBeGreaterThan(1)
  })

  it('refuses a policy under which no run could pass the dof check', async () => {
    await expect(inspect(policyFor(module, { minRowsPerParam: 21 }))).rejects.toThrow(TooFewRowsError)
    await expect(inspect(policyFor(module, { minRowsPerParam: 20 }))).resolves.toBeDefined()
  })

  it('refuses a membership check on rows of which 1 % is none', async () => {
    const membership = { maxTprAt1FprBps: 300, maxGapBps: 500 }
    await expect(inspect(policyFor(module, { checks: { membership } }))).rejects.toThrow(HoldoutTooSmallError)
    const rows = csv.slice(csv.indexOf('\n') + 1)
    const text = csv + rows.repeat(4)
    await expect(inspect(policyFor(module, { checks: { membership } }), text)).resolves.toMatchObject({ rows: 500 })
  })

  it('refuses to let more than a row leave without review', async () => {
    await expect(inspect(policyFor(module, { airlock: 'auto' }))).rejects.toThrow(AirlockRequiredError)
  })

  it('needs no review where one row is larger than all that may leave', async () => {
    const words = Array.from(
      { length: 100 },
      (_, row) => `r${Array.from({ length: 60 }, (_, n) => ((row * 7919 + n * 104729) % 99991).toString(36)).join('')}`,
    )
    const wide = csv.replaceAll(/^r(\d+),/gm, (_match, row: string) => `${words[Number(row)]},`)
    await expect(inspect(policyFor(module, { airlock: 'auto' }), wide)).resolves.toMatchObject({ rows: 100 })
  })

  it('refuses data that the policy does not describe', async () => {
    await expect(inspect(undefined, csv.replace('left', 'up'))).rejects.toThrow(TableMismatchError)
  })
})
