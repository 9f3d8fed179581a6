import type { PolicyForParams } from '@gristmill/protocol'
import type { Attack, AttackRun } from './attack.ts'
import {
  fromCopy,
  fromDeadUnits,
  fromGrid,
  fromLowBits,
  fromMantissas,
  fromNumbers,
  fromNumberTree,
  fromProbe,
  fromText,
  fromTrees,
  fromWords,
  GRID_BITS,
} from './decoders.ts'
import {
  BITS,
  bitsOf,
  DIMENSIONS,
  type Given,
  ROWS,
  SEED,
  scaledTo,
  secretNumber,
  secretRow,
  secretsOf,
  streamOf,
  wholeOf,
} from './secret-table.ts'

const LINEAR = { family: 'linear' } as const
/** Values of a linear model of the table. */
const LINEAR_VALUES = DIMENSIONS + 1
const MEMBERSHIP = { maxTprAt1FprBps: 500, maxGapBps: 1_000 }
const SCAN = { window: 24, decoders: ['b64', 'hex', 'gzip'] as const, numericRowRun: 3 }
const UTILITY = { metric: 'holdout_accuracy', minMicros: 900_000 } as const
const checked = (...names: ('membership' | 'scan' | 'utility')[]): Partial<PolicyForParams> => {
  const all = { membership: MEMBERSHIP, scan: { ...SCAN, decoders: [...SCAN.decoders] }, utility: UTILITY }
  return { checks: Object.fromEntries(names.map((name) => [name, all[name]])) }
}
const EVERY_CHECK = checked('membership', 'scan', 'utility')

const once = (act: AttackRun['act'], offset = 0): AttackRun[] => [{ act, offset }]
/** Runs that each go on where the one before ended. */
const many = (act: AttackRun['act'], count: number, step: number): AttackRun[] =>
  Array.from({ length: count }, (_, run) => ({ act, offset: run * step }))

const stream = (given: Given, { offset }: AttackRun) => streamOf(given).slice(offset)
const bitsAt = (count: number) => (given: Given, run: AttackRun) => stream(given, run).slice(0, count)
const labels = ({ labels: all }: Given) => [...all]

const BIT_RUNS = 16
const ENDS = [['OK'], ['ALGO_ERROR'], ['CONTRACT'], ['OOM']]

const VICTIMS = 20
/** Of rows whose first three features the sponsor knows: what the act `victim` looks for. */
const keyOf = (values: readonly number[]) => values.slice(0, 3).reduce((key, value) => 128 * key + value, 0)
const victims = (act: AttackRun['act'], count = VICTIMS): AttackRun[] =>
  Array.from({ length: count }, (_, row) => ({ act, offset: keyOf(secretRow(SEED, row)) }))

const PROBES = 120
const HOLDOUT_BPS = 2_000
/** Rows that the algorithm was not given. */
const heldBackFrom = (given: Given): number[] => {
  const seen = new Set(secretsOf(given).map(keyOf))
  return Array.from({ length: ROWS }, (_, row) => row).filter((row) => !seen.has(keyOf(secretRow(SEED, row))))
}

/** Every attack that is measured in bits. */
export const ATTACKS: readonly Attack[] = [
  {
    name: 'rows as they are',
    gate: 'scan',
    model: LINEAR,
    policy: checked('scan'),
    runs: once('copy'),
    decode: ({ values }) => fromCopy(values),
    secret: stream,
  },
  {
    name: 'rows in the low bits of doubles',
    gate: 'rounding',
    model: LINEAR,
    runs: once('low-bits'),
    decode: ({ values }) => fromLowBits(values),
    secret: stream,
  },
  {
    name: 'rows as an extra tensor, XORed',
    gate: 'size, range',
    model: LINEAR,
    valuesWithoutGate: LINEAR_VALUES + 32,
    runs: once('words'),
    decode: ({ values }) => fromWords(values),
    secret: stream,
  },
  {
    name: 'rows as text in the bytes of weights',
    gate: 'scan',
    model: { family: 'centroids', centroids: 20 },
    policy: checked('scan'),
    runs: once('text'),
    decode: ({ values }) => fromText(values),
    secret: stream,
  },
  {
    name: 'nearest neighbour: 20 rows as centroids',
    gate: 'membership, scan',
    model: { family: 'centroids', centroids: 20 },
    policy: checked('membership', 'scan'),
    runs: once('copy'),
    decode: ({ values }) => fromCopy(values),
    secret: stream,
  },
  {
    name: 'tree with a leaf for every few rows: labels of known rows',
    gate: 'tree, membership',
    model: { family: 'tree-ensemble', trees: 1, depth: 8 },
    policy: { checks: { tree: { minLeaf: 10, maxDepth: 8 }, membership: MEMBERSHIP } },
    labels: 'by-chance',
    runs: once('tree'),
    decode: ({ values }, { given }) => (values.length === 0 ? [] : fromTrees(values, 1, given)),
    secret: labels,
  },
  {
    name: '100 trees of depth 8: labels of known rows',
    gate: 'dof, tree',
    model: { family: 'tree-ensemble', trees: 100, depth: 8 },
    labels: 'by-chance',
    runtimes: ['python'],
    runs: once('forest'),
    decode: ({ values }, { given }) => (values.length === 0 ? [] : fromTrees(values, 100, given)),
    secret: labels,
  },
  {
    name: 'tree with a leaf for every few rows: numbers of known rows',
    gate: 'tree, membership',
    model: { family: 'tree-ensemble', trees: 1, depth: 8 },
    policy: { checks: { tree: { minLeaf: 10, maxDepth: 8 }, membership: MEMBERSHIP } },
    labels: 'numbers',
    runs: once('tree'),
    decode: ({ values }, { given }) => (values.length === 0 ? [] : fromNumberTree(values, given)),
    secret: ({ labels: all }) => [...all].flatMap((number) => bitsOf(wholeOf(number), BITS)),
  },
  {
    name: `adaptive: error of a model that is far off for one held-back row, ${PROBES} runs: its number`,
    gate: 'bounds, three digits',
    model: { family: 'mlp', hidden: [6, 2] },
    policy: { holdoutBps: HOLDOUT_BPS },
    labels: 'numbers',
    runs: victims('probe', PROBES),
    errorOf: ({ values }, given, { offset }) => {
      const rows = heldBackFrom(given)
      const saidOf = (row: number) => (keyOf(secretRow(SEED, row)) === offset ? values.at(-3)! : 0)
      const squares = rows.map((row) => (scaledTo(secretNumber(SEED, row)) - saidOf(row)) ** 2)
      return Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / rows.length) / 2
    },
    decode: (leak, { all }) => fromProbe(leak, all, (ROWS * HOLDOUT_BPS) / 10_000),
    // Of rows that the algorithm saw the error tells nothing.
    secret: (given, { offset }) => {
      const row = heldBackFrom(given).find((at) => at < PROBES && keyOf(secretRow(SEED, at)) === offset)
      return row === undefined ? [] : bitsOf(secretNumber(SEED, row), BITS)
    },
  },
  {
    name: 'rows said aloud',
    gate: 'nobody listens',
    model: LINEAR,
    runtimes: ['js', 'python'],
    runs: once('speak'),
    decode: ({ text }) => fromNumbers(text),
    secret: stream,
  },
  {
    name: 'rows by a socket, or a host function',
    gate: 'sandbox',
    model: LINEAR,
    isBare: true,
    runs: once('connect'),
    decode: ({ text }) => fromNumbers(text),
    secret: streamOf,
  },
  {
    name: 'rows in files and names of links',
    gate: 'sandbox',
    model: LINEAR,
    isBare: true,
    runtimes: ['python'],
    runs: once('files'),
    decode: ({ text }) => fromNumbers(text),
    secret: stream,
  },
  {
    name: `time by a secret bit, ${BIT_RUNS} runs`,
    gate: 'release slot of an hour',
    model: LINEAR,
    runs: many('linger', BIT_RUNS, 1),
    decode: ({ ms }, { all }) => {
      const times = all.map((leak) => leak.ms)
      // Times of what is short and long: between them in ratio, so that one that was held up spoils no other.
      return [ms > Math.sqrt(Math.min(...times) * Math.max(...times)) ? 1 : 0]
    },
    secret: bitsAt(1),
  },
  {
    name: `end by two secret bits, ${BIT_RUNS} runs`,
    gate: 'eight verdicts',
    model: LINEAR,
    runs: many('end', BIT_RUNS, 5),
    decode: ({ end, values }) => {
      // Without the gate what is no number is seen as it is.
      const hasNaN = values.some((value) => Number.isNaN(value))
      const way = hasNaN ? 2 : ENDS.findIndex((verdicts) => verdicts.includes(end))
      return way < 0 ? [] : bitsOf(way, 2)
    },
    secret: bitsAt(2),
  },
  {
    name: 'a parameter that names the bits to be told, outside its range',
    gate: 'parameters',
    model: LINEAR,
    offsetMax: 0,
    runs: once('grid', 700),
    decode: ({ values }) => fromGrid(values),
    secret: stream,
  },
  {
    name: 'ten runs, each the next bits; the budget pays for three',
    gate: 'budget',
    model: LINEAR,
    policy: { runs: 3 },
    runs: many('grid', 10, GRID_BITS * LINEAR_VALUES),
    decode: ({ values }) => fromGrid(values),
    secret: stream,
  },
  {
    name: 'adaptive: every number of the grid',
    gate: 'none but the grid',
    model: LINEAR,
    runs: once('grid'),
    decode: ({ values }) => fromGrid(values),
    secret: stream,
  },
  {
    name: 'adaptive: a right linear model, bits where they do not matter',
    gate: 'utility, membership, scan',
    model: LINEAR,
    policy: EVERY_CHECK,
    runs: once('mantissas'),
    decode: ({ values }) => fromMantissas(values),
    secret: stream,
  },
  {
    name: 'adaptive: a right network of two units, bits in 16 dead ones',
    gate: 'utility, membership, scan',
    model: { family: 'mlp', hidden: [18] },
    policy: EVERY_CHECK,
    runs: once('dead-units'),
    decode: ({ values }) => (values.length === 0 ? [] : fromDeadUnits(values)),
    secret: stream,
  },
  {
    name: `the fourth feature of ${VICTIMS} rows of which three are known, a run each`,
    gate: 'sample-aggregate, epsilon 1',
    model: LINEAR,
    policy: { privacy: { mode: 'sample-aggregate', epsilonMicros: 1_000_000, clipMicros: 64_000_000, blocks: 10 } },
    runtimes: ['wasm', 'js'],
    runs: victims('victim'),
    decode: ({ values }) => values.map((value) => (value > 0 ? 1 : 0)),
    secret: (given, { offset }) => {
      const rows = secretsOf(given)
      const victim = rows.find((row) => keyOf(row) === offset)
      return victim === undefined ? [] : bitsOf(victim[DIMENSIONS - 1]!, 7).slice(0, LINEAR_VALUES)
    },
  },
]
