import { canonicalHash, type Policy, policyFor as policyForTable, type Table } from '@gristmill/protocol'
import { createWasmExecutor, type RunResult, run } from '@gristmill/runner'
import { describe, expect, it } from 'vitest'
import { csv, digestOf, numberCsv, numberTable, policyFor, RIGHT, RIGHT_NUMBER } from './_policy.js'
import { source } from './_source.js'
import { assemble, choosing, wat, writing } from './_wat.js'

const executor = createWasmExecutor({ fuel: 100_000_000n })

/** Copies to the output what the algorithm was given of the first rows. */
const FIRST_ROWS = `(memory.copy (local.get $output)
  (i32.add (local.get $input) (i32.add (i32.const 56)
    (i32.shl (i32.shr_u (i32.add (i32.load (local.get $input)) (i32.const 1)) (i32.const 1)) (i32.const 3))))
  (local.get $outputBytes)) (local.get $outputBytes)`
const BODIES = {
  right: writing(RIGHT),
  wrong: writing(RIGHT.map((value) => -value)),
  rightNumber: writing(RIGHT_NUMBER),
  wrongNumber: writing(RIGHT_NUMBER.map((value) => -value)),
  rows: '(f64.store (local.get $output) (f64.convert_i32_s (i32.load (local.get $input)))) (local.get $outputBytes)',
  traps: '(unreachable)',
  /** A tree of depth 1: x up to 3 of 100 on one side, or up to 50. */
  narrow: writing([0, 0.03125, -1, 1]),
  wide: writing([0, 0.5, -1, 1]),
}
const names = Object.keys(BODIES) as (keyof typeof BODIES)[]
const algorithm = assemble(wat({ run: choosing('(i32.load offset=56 (local.get $input))', Object.values(BODIES)) }))

const rowsOf = (text: string) => text.slice(text.indexOf('\n') + 1)
const header = csv.slice(0, csv.indexOf('\n') + 1)
/** One table of all rows: what somebody would check who does not look at whose they are. */
const pooled = (tables: readonly string[]) => [tables[0] + tables.slice(1).map(rowsOf).join('')]
const table = (rows: number, line: (row: number) => string) =>
  `${header}${Array.from({ length: rows }, (_, row) => `${line(row)}\n`).join('')}`

interface Given {
  policy: Policy
  tables: readonly string[]
  module?: Uint8Array
  parameters?: Record<string, number>
}
const runOn = ({ policy, tables, module = algorithm, parameters = {} }: Given): Promise<RunResult> =>
  run({
    orderId: canonicalHash('a run'),
    policy,
    algorithm: module,
    parameters,
    source: tables.map((text) => source(text, 4096)),
    executor,
    secret: new Uint8Array(32).fill(9),
  })
const withBody = (body: keyof typeof BODIES, policy: Policy, tables: readonly string[]) =>
  runOn({ policy, tables, parameters: { body: names.indexOf(body) } })

describe('a run over several tables', () => {
  const other = table(50, (row) => `s${row},${2 * row},left,${2 * row > 49 ? 'yes' : 'no'}`)

  it('trains on the rows of all, holds back some of each, and releases one model', async () => {
    const policy = policyFor(algorithm)
    const result = await withBody('right', policy, [csv, other])
    expect(result).toMatchObject({ verdict: 'OK', privateLog: { rows: 150, trainRows: 120, holdoutRows: 30 } })
    expect(result.ownerLogs).toEqual([
      { rows: 100, trainRows: 80, holdoutRows: 20, reason: 'done' },
      { rows: 50, trainRows: 40, holdoutRows: 10, reason: 'done' },
    ])
    expect(await withBody('right', policy, [csv, other])).toEqual(result)
    const wide = policyFor(algorithm, { range: [-256, 256] })
    const { released } = await withBody('rows', wide, [csv, other])
    expect(new Uint16Array(released!.slice(-8).buffer)[0]).toBe(0x42f0) // 120 in bfloat16
  })

  it('tells no owner what depends on rows of others', async () => {
    const { privateLog, ownerLogs } = await withBody('traps', policyFor(algorithm), [csv, other])
    expect(privateLog.fuelUsed).toBeGreaterThan(0n)
    for (const log of ownerLogs) expect(Object.keys(log)).toEqual(['rows', 'trainRows', 'holdoutRows', 'reason'])
    expect(ownerLogs[0]?.reason).not.toBe(privateLog.reason)
    // Alone an owner reads all of it.
    const alone = await withBody('traps', policyFor(algorithm), [csv])
    expect(alone.ownerLogs).toEqual([alone.privateLog])
  })

  it('takes no table that the policy does not describe', async () => {
    const strange = table(50, (row) => `s${row},${row},middle,no`)
    await expect(withBody('right', policyFor(algorithm), [csv, strange])).rejects.toMatchObject({
      code: 'TABLE_MISMATCH',
    })
  })
})

describe('rows that a sponsor adds', () => {
  const verdictsOf = async (body: keyof typeof BODIES, policy: Policy, tables: readonly string[]) => ({
    apart: (await withBody(body, policy, tables)).verdict,
    together: (await withBody(body, policy, pooled(tables))).verdict,
  })

  it('do not fill a leaf that speaks of three rows of somebody else', async () => {
    const policy = policyFor(algorithm, { model: { family: 'tree-ensemble', trees: 1, depth: 1 } })
    const padding = table(100, (row) => `p${row},${row % 4},left,no`)
    expect((await withBody('narrow', policy, [csv])).verdict).toBe('CHECK')
    expect(await verdictsOf('narrow', policy, [csv, padding])).toEqual({ apart: 'CHECK', together: 'OK' })
    // A leaf without any row of an owner tells nothing of that owner.
    expect((await withBody('wide', policy, [csv, padding])).verdict).toBe('OK')
  })

  it('do not make a model of use for those whom it is of none', async () => {
    const policy = policyFor(algorithm, { minAccuracyMicros: 600_000 })
    const reversed = table(1_000, (row) => `p${row},${row % 100},left,${row % 100 > 49 ? 'no' : 'yes'}`)
    expect(await verdictsOf('wrong', policy, [csv, reversed])).toEqual({ apart: 'CHECK', together: 'OK' })
    const same = table(1_000, (row) => `p${row},${row % 100},left,${row % 100 > 49 ? 'yes' : 'no'}`)
    expect((await withBody('right', policy, [csv, same])).verdict).toBe('OK')
  })

  it('do not make a model of a number of use for those whom it is of none', async () => {
    const policy = policyFor(algorithm, { table: numberTable, minR2Micros: 600_000 })
    const reversed = `id,x,side,z\n${Array.from({ length: 1_000 }, (_, row) => `p${row},${row % 100},left,${(32 - 0.2 * (row % 100)).toFixed(1)}\n`).join('')}`
    expect(await verdictsOf('wrongNumber', policy, [numberCsv, reversed])).toEqual({ apart: 'CHECK', together: 'OK' })
    const { privateLog, verdict } = await withBody('rightNumber', policy, [numberCsv, numberCsv])
    expect(verdict).toBe('OK')
    expect(privateLog.measurements?.holdout_r2).toBeGreaterThan(0.99)
  })

  it('do not make up for rows that an owner lacks', async () => {
    const few = table(12, (row) => `f${row},${8 * row},left,${8 * row > 49 ? 'yes' : 'no'}`)
    const { apart, together } = await verdictsOf('right', policyFor(algorithm), [few, csv])
    expect({ apart, together }).toEqual({ apart: 'CHECK', together: 'OK' })
  })
})

describe('a model that stores rows of one owner', () => {
  const COLUMNS = 4
  const schema: Table = {
    features: Array.from({ length: COLUMNS }, (_, index) => ({
      name: `f${index}`,
      type: 'number' as const,
      minMicros: 0,
      maxMicros: 1_000_000,
    })),
    label: { name: 'l', classes: ['no', 'yes'] },
    ignored: [],
  }
  /** Fractional parts of multiples of square roots, which repeat nowhere. */
  const numbersOf = (row: number) => [2, 3, 5, 7].map((root) => ((row * Math.sqrt(root)) % 1).toFixed(6))
  const numbered = (from: number, rows: number) =>
    `f0,f1,f2,f3,l\n${Array.from({ length: rows }, (_, row) => `${numbersOf(from + row)},${row % 2 ? 'yes' : 'no'}\n`).join('')}`
  const [hospital, padding] = [numbered(1, 1_000), numbered(10_000, 9_000)]
  const module = assemble(wat({ run: FIRST_ROWS }))
  const algorithms = [{ digest: digestOf(module), runtime: 'wasm' as const, parameters: {} }]

  it('is not hidden from the membership check by rows that it does not store', async () => {
    const membership = { maxTprAt1FprBps: 300, maxGapBps: 10_000 }
    const policy = policyForTable({
      table: schema,
      model: { family: 'centroids', centroids: 100 },
      algorithms,
      checks: { membership },
    })
    const judge = async (tables: readonly string[]) => (await runOn({ policy, module, tables })).verdict
    expect(await judge([hospital])).toBe('CHECK')
    expect(await judge(pooled([hospital, padding]))).toBe('OK')
    expect(await judge([hospital, padding])).toBe('CHECK')
  })

  it('is found by the scan in the file of whoever it is', async () => {
    const scan = { window: 24, decoders: ['hex' as const], numericRowRun: 3 }
    const judge = async (checks: { scan?: typeof scan }) => {
      const policy = policyForTable({ table: schema, algorithms, checks })
      return (await runOn({ policy, module, tables: [hospital, padding] })).verdict
    }
    expect(await judge({ scan })).toBe('CHECK')
    expect(await judge({})).toBe('OK')
  })
})
