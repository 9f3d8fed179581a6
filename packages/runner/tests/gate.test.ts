import { gzipSync } from 'node:zlib'
import { type ModelShape, type Policy, type PolicyForParams, policyFor, type Table } from '@gristmill/protocol'
import { describe, expect, it } from 'vitest'
import { type Judgement, judge } from '../src/gate/judge.js'
import { fromBfloat16Bits, toBfloat16 } from '../src/model/bfloat16.js'
import { splitRows } from '../src/run/split.js'
import { type EncodedTable, readTable } from '../src/table/read-table.js'
import { source } from './_source.js'

const COLUMNS = 4
const table: Table = {
  features: Array.from({ length: COLUMNS }, (_, index) => ({
    name: `f${index}`,
    type: 'number' as const,
    minMicros: 0,
    maxMicros: 1_000_000,
  })),
  label: { name: 'l', classes: ['no', 'yes'] },
  ignored: [],
}
const algorithms = [{ digest: `0x${'ab'.repeat(32)}` as const, runtime: 'wasm' as const, parameters: {} }]

/** Numbers in [0, 1) by rule: fractional parts of multiples of square roots, which repeat nowhere. */
const number = (row: number, column: number) => (((row + 1) * Math.sqrt([2, 3, 5, 7, 11][column]!)) % 1).toFixed(6)

/** 1000 rows; the label follows the first column, for 70 % of the rows. */
const csv = `f0,f1,f2,f3,l\n${Array.from({ length: 1000 }, (_, row) => {
  const cells = Array.from({ length: COLUMNS }, (_, column) => number(row, column))
  const isNoise = Number(number(row, 4)) < 0.3
  return [...cells, Number(cells[0]) > 0.5 !== isNoise ? 'yes' : 'no'].join(',')
}).join('\n')}\n`
const lines = csv.split('\n')
const encoded = await readTable({ source: source(csv, 4096), table, encodedBytesMax: 2 ** 20 })
const split = splitRows(encoded.rows, 2000, new Uint8Array(32).fill(3))

const policyOf = (model: ModelShape, checks: PolicyForParams['checks'] = {}) =>
  policyFor({ table, model, algorithms, ...(checks && { checks: { tree: undefined, ...checks } as never }) })
const rowOf = ({ features, dimensions }: EncodedTable, row: number) => [
  ...features.subarray(row * dimensions, (row + 1) * dimensions),
]
const judged = (policy: Policy, values: readonly number[]): Promise<Judgement> =>
  Promise.resolve(
    judge({
      policy,
      rawOutput: new Uint8Array(Float64Array.from(values).buffer),
      table: encoded,
      split,
      csv: Buffer.from(csv),
    }),
  )

const membership = { maxTprAt1FprBps: 300, maxGapBps: 500 }
const scan = { window: 24, decoders: ['b64' as const, 'hex' as const, 'gzip' as const], numericRowRun: 3 }

/** Values whose low bytes are a text, all within [0.5, 2). */
const hidden = (text: string | Uint8Array, length: number) => {
  const bytes = Buffer.from(text)
  if (bytes.length > length) throw new RangeError('the text is longer than the model')
  return Array.from({ length }, (_, index) => fromBfloat16Bits(0x3f00 | (bytes[index] ?? 0)))
}

describe('an honest model', () => {
  const honest = [8, 0, 0.25, -0.125, -4]

  it('passes every check, and the owner reads what each of them found', async () => {
    const utility = { metric: 'holdout_auc' as const, minMicros: 600_000 }
    const { verdict, findings, measurements } = await judged(
      policyOf({ family: 'linear' }, { utility, membership, scan }),
      honest,
    )
    expect(findings.map(({ check, isMet }) => [check, isMet])).toEqual([
      ['utility', true],
      ['membership', true],
      ['membership', true],
      ['scan', true],
      ['scan', true],
    ])
    expect(verdict).toBe('OK')
    expect(measurements!.holdout_auc).toBeGreaterThan(0.65)
  })

  it('is refused below the metric that the policy names, and passes without', async () => {
    const utility = { metric: 'holdout_auc' as const, minMicros: 600_000 }
    const useless = [0, 1, 0, 0, 0]
    const { verdict, reason } = await judged(policyOf({ family: 'linear' }, { utility }), useless)
    expect(verdict).toBe('CHECK')
    expect(reason).toMatch(/^utility: holdout_auc .* limit 600000$/)
    expect((await judged(policyOf({ family: 'linear' }), useless)).verdict).toBe('OK')
  })
})

describe('a model of a number', () => {
  const days: Table = { ...table, label: { name: 'l', minMicros: 0, maxMicros: 10_000_000 } }
  /** The number follows the first column, and four times as much of it chance. */
  const numbers = lines.map((line, row) => {
    if (row === 0 || line === '') return line
    const cells = line.split(',').slice(0, -1)
    return [...cells, (2 * Number(cells[0]) + 8 * Number(number(row - 1, 4))).toFixed(6)].join(',')
  })
  const read = readTable({ source: source(numbers.join('\n'), 4096), table: days, encodedBytesMax: 2 ** 20 })
  const policyOn = (model: ModelShape, checks: PolicyForParams['checks']) =>
    policyFor({ table: days, model, algorithms, checks: { tree: undefined, ...checks } as never })
  const judgedOn = async (policy: Policy, values: readonly number[]) =>
    judge({
      policy,
      rawOutput: new Uint8Array(Float64Array.from(values).buffer),
      table: await read,
      split,
      csv: Buffer.from(numbers.join('\n')),
    })
  /** 2 x / 10 of the range and 4 of it on average, on the scale from -1 to 1. */
  const honest = [0.4, 0, 0, 0, -0.2]

  it('passes every check if it is honest, and the owner reads what each of them found', async () => {
    const utility = { metric: 'holdout_r2' as const, minMicros: 10_000 }
    const { verdict, findings, measurements } = await judgedOn(
      policyOn({ family: 'linear' }, { utility, membership, scan }),
      honest,
    )
    expect(findings.map(({ check, isMet }) => [check, isMet])).toEqual([
      ['utility', true],
      ['membership', true],
      ['membership', true],
      ['scan', true],
      ['scan', true],
    ])
    expect(verdict).toBe('OK')
    expect(findings[2]!.quantity).toMatch(/^R² on training rows above that on held-back ones/)
    expect(measurements).toMatchObject({ holdout_rmse: expect.any(Number) })
    expect(measurements!.holdout_accuracy).toBeUndefined()
  })

  it('is stopped where it knows the numbers of training rows better than of others', async () => {
    // A tree that cuts the rows finely by one column, and says of each part what the first row that was seen there had.
    const { features, labels, dimensions } = await read
    const [depth, trees] = [9, 1]
    const nodes = 2 ** depth - 1
    const shape: ModelShape = { family: 'tree-ensemble', trees, depth }
    const seen = [...split.train].toSorted((a, b) => features[a * dimensions]! - features[b * dimensions]!)
    const thresholds = new Float64Array(nodes)
    const leaf = new Float64Array(nodes + 1)
    const place = (node: number, rows: number[]): void => {
      if (node >= nodes) {
        leaf[node - nodes] = rows[0] === undefined ? 0 : labels[rows[0]]!
        return
      }
      const middle = rows.length >> 1
      const [below, above] = [rows[middle - 1], rows[middle]]
      const cut = below === undefined || above === undefined ? 1 : toBfloat16(features[below * dimensions]!)
      thresholds[node] = cut
      place(
        2 * node + 1,
        rows.filter((row) => features[row * dimensions]! <= cut),
      )
      place(
        2 * node + 2,
        rows.filter((row) => features[row * dimensions]! > cut),
      )
    }
    place(0, seen)
    const stored = [...new Float64Array(nodes), ...thresholds, ...leaf]
    const tpr = await judgedOn(policyOn(shape, { membership: { ...membership, maxGapBps: 10_000 } }), stored)
    expect(tpr.reason).toMatch(/^membership: training rows recognised/)
    const gap = await judgedOn(policyOn(shape, { membership: { maxTprAt1FprBps: 10_000, maxGapBps: 2_000 } }), stored)
    expect(gap.reason).toMatch(/^membership: R² on training rows above/)
    expect((await judgedOn(policyOn(shape, {}), stored)).verdict).toBe('OK')
  })
})

describe('a model that stores rows', () => {
  /** Training rows as they are, with their labels: nearest neighbours by another name. */
  const neighbours = 100
  const rows = [...split.train.subarray(0, neighbours)]
  const stored = [...rows.flatMap((row) => rowOf(encoded, row)), ...rows.map((row) => encoded.labels[row]!)]
  const shape: ModelShape = { family: 'centroids', centroids: neighbours, predicts: true }

  it.each<[string, PolicyForParams['checks']]>([
    ['membership', { membership: { ...membership, maxGapBps: 10_000 } }],
    ['scan', { scan }],
  ])('as centroids is stopped by %s, and by nothing else', async (check, checks) => {
    const stopped = await judged(policyOf(shape, checks), stored)
    expect(stopped.verdict).toBe('CHECK')
    expect(stopped.values).toBeUndefined()
    expect(stopped.reason.startsWith(`${check}: `)).toBe(true)
    expect((await judged(policyOf(shape), stored)).verdict).toBe('OK')
  })

  it('as centroids without labels is stopped by membership, too', async () => {
    const silent: ModelShape = { family: 'centroids', centroids: neighbours }
    const values = stored.slice(0, neighbours * COLUMNS)
    expect((await judged(policyOf(silent, { membership }), values)).verdict).toBe('CHECK')
    expect((await judged(policyOf(silent), values)).verdict).toBe('OK')
  })

  it('as the weights of a line is stopped by the scan for numbers', async () => {
    const values = [...rowOf(encoded, 17), 0.5]
    const { verdict, findings } = await judged(policyOf({ family: 'linear' }, { scan }), values)
    expect(verdict).toBe('CHECK')
    expect(findings.find(({ isMet }) => !isMet)).toMatchObject({ check: 'scan', found: 1 })
    expect((await judged(policyOf({ family: 'linear' }), values)).verdict).toBe('OK')
  })
})

describe('a forest that is as deep as it likes', () => {
  const DEPTH = 8
  const shape: ModelShape = { family: 'tree-ensemble', trees: 1, depth: DEPTH }
  // A search tree over the first column: leaves of three rows or so, each with the majority of its own.
  const ranked = [...split.train].sort((a, b) => rowOf(encoded, a)[0]! - rowOf(encoded, b)[0]!)
  const leaves = 2 ** DEPTH
  const bound = (leaf: number) => rowOf(encoded, ranked[Math.floor((leaf * ranked.length) / leaves)]!)[0]!
  const threshold = (node: number, low = 0, high = leaves, at = 0): number => {
    const middle = (low + high) / 2
    if (at === node) return bound(middle)
    let path = node + 1
    while (path > 2 * at + 3) path >>= 1
    return path - 1 === 2 * at + 1
      ? threshold(node, low, middle, 2 * at + 1)
      : threshold(node, middle, high, 2 * at + 2)
  }
  const thresholds = Array.from({ length: leaves - 1 }, (_, node) => toBfloat16(threshold(node)))
  const leafOf = (row: number) => {
    let node = 0
    while (node < leaves - 1) node = 2 * node + (rowOf(encoded, row)[0]! > thresholds[node]! ? 2 : 1)
    return node - leaves + 1
  }
  const sums = new Float64Array(leaves)
  for (const row of split.train) sums[leafOf(row)]! += encoded.labels[row] === 1 ? 1 : -1
  const values = [...new Array<number>(leaves - 1).fill(0), ...thresholds, ...sums.map((sum) => Math.sign(sum))]

  it('is stopped by the rows that the runner counts in its leaves', async () => {
    const { verdict, reason } = await judged(policyOf(shape, { tree: { minLeaf: 10, maxDepth: DEPTH } }), values)
    expect(verdict).toBe('CHECK')
    expect(reason).toMatch(/^tree: training rows in the smallest leaf .* \d, limit 10$/)
    expect((await judged(policyOf(shape), values)).verdict).toBe('OK')
  })

  it('is stopped by what it is better at on rows it has seen', async () => {
    const limits = { membership: { maxTprAt1FprBps: 10_000, maxGapBps: 500 } }
    expect((await judged(policyOf(shape, limits), values)).verdict).toBe('CHECK')
  })

  it('passes with leaves that are silent where they are small', async () => {
    const counts = new Uint32Array(leaves)
    for (const row of split.train) counts[leafOf(row)]!++
    const quiet = [...values.slice(0, -leaves), ...sums.map((sum, leaf) => (counts[leaf]! < 4 ? 0 : Math.sign(sum)))]
    const at = (minLeaf: number) => policyOf(shape, { tree: { minLeaf, maxDepth: DEPTH } })
    expect((await judged(at(4), quiet)).verdict).toBe('OK')
    expect((await judged(at(5), quiet)).verdict).toBe('CHECK')
  })
})

describe('a row as text in the bits of weights', () => {
  const shape: ModelShape = { family: 'centroids', centroids: 40 }
  const line = lines[18]!
  const long = lines.slice(20, 23).join('\n')

  it.each<[string, string | Uint8Array]>([
    ['plain', line],
    ['in base64', Buffer.from(line).toString('base64')],
    ['in hexadecimal', Buffer.from(line).toString('hex')],
    ['in gzip', gzipSync(long, { level: 9 })],
    ['in base64 of gzip', gzipSync(line).toString('base64')],
  ])('is found where it is %s', async (_how, text) => {
    const values = hidden(text, 40 * COLUMNS)
    const { verdict, findings } = await judged(policyOf(shape, { scan }), values)
    expect(verdict).toBe('CHECK')
    expect(findings.find(({ isMet }) => !isMet)!.found).toBeGreaterThan(0)
    expect((await judged(policyOf(shape), values)).verdict).toBe('OK')
  })

  it('is not found by a decoder that the policy leaves out', async () => {
    const values = hidden(Buffer.from(line).toString('base64'), 40 * COLUMNS)
    expect((await judged(policyOf(shape, { scan: { ...scan, decoders: ['hex'] } }), values)).verdict).toBe('OK')
  })

  it('is not found where it is scrambled: the scan is a net for the careless, the bound is bits', async () => {
    const scrambled = Buffer.from(line).map((byte) => byte ^ 0x55)
    expect((await judged(policyOf(shape, { scan }), hidden(scrambled, 40 * COLUMNS))).verdict).toBe('OK')
  })

  it('is refused where it would have to be unpacked without end', async () => {
    const big: ModelShape = { family: 'centroids', centroids: 20_000 }
    const bomb = gzipSync(new Uint8Array(60_000_000))
    const { verdict, findings } = await judged(policyOf(big, { scan }), hidden(bomb, 20_000 * COLUMNS))
    expect(verdict).toBe('CHECK')
    expect(findings.find(({ isMet }) => !isMet)!.quantity).toMatch(/^bytes that the model decodes to/)
  })
})
