import { describe, expect, it } from 'vitest'
import { addressSchema } from '../address.js'
import { explainPolicy } from './explain-policy.js'
import { leakBits } from './leak-bits.js'
import type { Policy } from './policy.js'
import { policyFor } from './policy-for.js'
import { rowsAtMost } from './rows-at-most.js'
import type { Table } from './table.js'

const table: Table = {
  features: [
    { name: 'age', type: 'number', minMicros: 0, maxMicros: 120_000_000 },
    { name: 'dose', type: 'number', minMicros: 0, maxMicros: 1_000_000 },
  ],
  label: { name: 'ill', classes: ['no', 'yes'] },
  ignored: ['id'],
}
const algorithms = [
  { digest: `0x${'ab'.repeat(32)}` as const, runtime: 'wasm' as const, parameters: { epochs: { min: 1, max: 9 } } },
]
const size = { rows: 1000, compressedBytes: 2500 } // 20 bits per row
const policyOf = (changes: Partial<Parameters<typeof policyFor>[0]> = {}) =>
  policyFor({ table, algorithms, runs: 8, runsPerSponsor: 2, ...changes })

describe('explainPolicy', () => {
  it('counts rows for one run, for one sponsor and for all', () => {
    const policy = policyOf()
    const bits = leakBits(policy)
    const { run, sponsor, all } = explainPolicy(policy, size)
    expect(run).toEqual({ runs: 1, bits, rowsAtMost: rowsAtMost(bits, size), epsilonMicros: 0 })
    expect(sponsor).toEqual({ runs: 2, bits: 2 * bits, rowsAtMost: rowsAtMost(2 * bits, size), epsilonMicros: 0 })
    expect(all).toEqual({ runs: 8, bits: 8 * bits, rowsAtMost: rowsAtMost(8 * bits, size), epsilonMicros: 0 })
  })

  it('counts the runs that epsilon pays for where those are fewer', () => {
    const policy: Policy = {
      ...policyOf(),
      privacy: { mode: 'trusted-dp', epsilonMicros: 500_000, clipMicros: 1_000_000 },
    }
    policy.budget.epsilonMicros = 1_600_000
    const { run, all, sponsor, tells } = explainPolicy(policy, size)
    expect([run.epsilonMicros, all.epsilonMicros, all.runs, sponsor.runs]).toEqual([500_000, 1_500_000, 3, 2])
    expect(tells.join(' ')).toContain('Epsilon 0.5 of a run')
    expect(tells.join(' ')).toContain(
      '1 for all runs of one sponsor (2.72 times), 1.5 for all runs of all (4.48 times)',
    )
  })

  it('says of a listing what it tells, and of a policy alone bits', () => {
    const policy = policyOf()
    const bits = leakBits(policy)
    const listed = explainPolicy(policy, { rows: 20, rowsAtMost: 3 })
    expect([listed.run, listed.sponsor, listed.all].map((bound) => bound.rowsAtMost)).toEqual([3, 6, 20])
    expect(explainPolicy(policy, { rowsAtMost: 3 }).tells[1]).toContain(`at most 24 rows (${8 * bits} bits)`)
    const alone = explainPolicy(policy)
    expect(alone.run).toEqual({ runs: 1, bits, epsilonMicros: 0 })
    expect(alone.tells[0]).toContain(`at most ${bits} bits, whatever`)
  })

  it('says of blocks of rows what epsilon means, in words', () => {
    const privacy = { mode: 'sample-aggregate', epsilonMicros: 1_000_000, clipMicros: 2_000_000, blocks: 50 } as const
    const text = explainPolicy(policyOf({ privacy }), size).tells.join(' ')
    expect(text).toContain('runs on each of 50 parts of the rows; every value is kept from -2 to 2')
    expect(text).toContain('no result would become more than 2.72 times as likely')
    expect(text).toContain('2 for all runs of one sponsor (7.39 times), 8 for all runs of all (2980 times)')
    expect(text).toContain('not for a person with many')
    expect(text).not.toContain('No noise is added')
  })

  it('never says that no data leaves', () => {
    const { tells } = explainPolicy(policyOf(), size)
    expect(tells[0]).toMatch(/^One run could carry out at most \d+ of 1000 rows .*not "no data leaves"/)
  })

  it('says of every check what it does not stop, and of none that is not made', () => {
    const checks = {
      utility: { metric: 'holdout_auc' as const, minMicros: 600_000 },
      membership: { maxTprAt1FprBps: 300, maxGapBps: 500 },
      tree: { minLeaf: 10, maxDepth: 4 },
      scan: { window: 24, decoders: ['b64' as const], numericRowRun: 3 },
    }
    const full = explainPolicy(
      policyOf({ model: { family: 'tree-ensemble', trees: 2, depth: 3 }, checks }),
      size,
    ).checks
    expect(full).toHaveLength(6)
    for (const sentence of full.slice(1)) expect(sentence).toMatch(/does not|passes/)
    expect(explainPolicy(policyOf(), size).checks).toHaveLength(2)
  })

  it('says who decides', () => {
    expect(explainPolicy(policyOf({ airlock: 'auto' }), size).release[0]).toMatch(/^Nobody/)
    expect(explainPolicy(policyOf(), size).release[0]).toMatch(/^The maker signs/)
    const reviewers = ['ab', 'cd', 'ef'].map((byte) => addressSchema.parse(`0x${byte.repeat(20)}`))
    const { release } = explainPolicy(policyOf({ reviewers }), size)
    expect(release[0]).toMatch(/^Two different ones of 3 reviewers sign .*: 0x\S+, 0x\S+, 0x\S+\. One who refuses/)
    expect(release[1]).toMatch(/^Nobody reviews a run that they ordered/)
  })
})
