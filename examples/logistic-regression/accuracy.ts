/**
 * Prints how good released models are in each privacy mode, beside scikit-learn's own logistic regression on the same split,
 * and of a number its least squares. Needs /usr/bin/python3 with scikit-learn; takes some minutes.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { parameterRanges, readAlgorithm, ticTacToeCsv } from '@gristmill/example-logistic-regression'
import {
  canonicalHash,
  type Hex,
  isNumberLabel,
  type Privacy,
  policyFor,
  type Table,
  type Trainer,
  trainerBytes,
  trainerDigest,
} from '@gristmill/protocol'
import {
  createJsExecutor,
  createTrainerExecutor,
  createWasmExecutor,
  evaluate,
  inferTable,
  type RunParams,
  readSafetensors,
  run,
} from '@gristmill/runner'

const { values } = parseArgs({
  options: {
    /** Of each mode: other held-back rows, blocks and noise every time. */
    runs: { type: 'string', default: '3' },
    /** Ids of datasets with commas between; all of them without it. */
    only: { type: 'string' },
  },
})
const RUNS = Number(values.runs)
const EPSILONS = [1, 4]
const TRAINERS: readonly Trainer[] = ['dp-logistic-regression', 'dp-linear-regression']
/** Passes of the script over the rows: as many as its template allows. */
const SCRIPT_EPOCHS = 500
/** Its ridge follows the noise, too, so that this one may be small everywhere. */
const LINEAR_LAMBDA_MICROS = 100

interface Described {
  id: string
  name: string
  csv: () => string
  /** Of sample-aggregate. */
  blocks: number
  clipMicros: number
  /** Weight of the squared coefficients: in every block, and for the trainer. */
  l2Micros: number
  lambdaMicros: number
}

type Dataset = Omit<Described, 'csv'> & { csv: string }

const python = (args: readonly string[], input = '') => {
  const program = fileURLToPath(new URL('accuracy.py', import.meta.url))
  const { status, stdout, stderr } = spawnSync('/usr/bin/python3', [program, ...args], {
    input,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  })
  if (status !== 0) throw new Error(`scikit-learn is needed: ${stderr}`)
  return stdout
}

/**
 * The balance scale, exact by rule, with ten weights and distances on either side instead of the benchmark's five: does it
 * tip to the left? 10,000 rows.
 */
function balanceCsv(): string {
  const sizes = Array.from({ length: 10 }, (_, index) => index + 1)
  const rows = sizes.flatMap((a) =>
    sizes.flatMap((b) =>
      sizes.flatMap((c) => sizes.map((d) => `${a},${b},${c},${d},${a * b > c * d ? 'left' : 'not'}`)),
    ),
  )
  return `left_weight,left_distance,right_weight,right_distance,tips\n${rows.join('\n')}\n`
}

/** How far it tips: the difference of the moments, a number. */
function momentsCsv(): string {
  const [header = '', ...rows] = balanceCsv().trimEnd().split('\n')
  const moments = rows.map((row) => {
    const [a, b, c, d] = row.split(',').map(Number) as [number, number, number, number]
    return [a, b, c, d, a * b - c * d].join(',')
  })
  return `${[header.replace('tips', 'moment'), ...moments].join('\n')}\n`
}

/** Of which a number is predicted. */
const NUMBERS: readonly Described[] = [
  {
    id: 'moments',
    name: 'balance scale, ten sizes: how far it tips (by rule)',
    csv: momentsCsv,
    blocks: 100,
    clipMicros: 2_000_000,
    l2Micros: 10_000,
    lambdaMicros: LINEAR_LAMBDA_MICROS,
  },
  {
    id: 'diabetes',
    name: 'diabetes (scikit-learn)',
    csv: () => python(['dump', 'diabetes']),
    blocks: 20,
    clipMicros: 1_000_000,
    l2Micros: 10_000,
    lambdaMicros: LINEAR_LAMBDA_MICROS,
  },
]

const DATASETS: readonly Described[] = [
  {
    id: 'balance',
    name: 'balance scale, ten sizes (by rule)',
    csv: balanceCsv,
    blocks: 100,
    clipMicros: 4_000_000,
    l2Micros: 10_000,
    lambdaMicros: 3_000,
  },
  {
    id: 'tic-tac-toe',
    name: 'tic-tac-toe endgames (by rule)',
    csv: ticTacToeCsv,
    blocks: 40,
    clipMicros: 1_000_000,
    l2Micros: 10_000,
    lambdaMicros: 30_000,
  },
  {
    id: 'breast-cancer',
    name: 'breast cancer (scikit-learn)',
    csv: () => python(['dump', 'breast_cancer']),
    blocks: 40,
    clipMicros: 1_000_000,
    l2Micros: 10_000,
    lambdaMicros: 30_000,
  },
  {
    id: 'iris',
    name: 'iris (scikit-learn)',
    csv: () => python(['dump', 'iris']),
    blocks: 10,
    clipMicros: 2_000_000,
    l2Micros: 10_000,
    lambdaMicros: 30_000,
  },
]

/** Those of them that `--only` names, made. Throws RangeError if it names what there is not. */
function chosen(datasets: readonly Described[]): Dataset[] {
  const ids = [...DATASETS, ...NUMBERS].map(({ id }) => id)
  const only = values.only?.split(',') ?? ids
  const unknown = only.find((id) => !ids.includes(id))
  if (unknown !== undefined) throw new RangeError(`--only ${unknown}: name one of ${ids.join(', ')}`)
  return datasets.filter(({ id }) => only.includes(id)).map((dataset) => ({ ...dataset, csv: dataset.csv() }))
}

/** A fifth of the rows, by a hash of each and its place, to test on. */
function splitCsv(csv: string) {
  const [header = '', ...rows] = csv.trimEnd().split('\n')
  const ranked = rows
    .map((row, index) => ({ row, rank: createHash('sha256').update(`${index} ${row}`).digest('hex') }))
    .toSorted((a, b) => (a.rank < b.rank ? -1 : 1))
    .map(({ row }) => row)
  const test = Math.round(ranked.length / 5)
  const textOf = (part: readonly string[]) => `${[header, ...part].join('\n')}\n`
  return { rows: ranked.length, train: textOf(ranked.slice(test)), test: textOf(ranked.slice(0, test)) }
}

async function* source(text: string) {
  yield new TextEncoder().encode(text)
}

const wasm = createWasmExecutor()
const trainer = createTrainerExecutor()
const module = await readAlgorithm()
const js = createJsExecutor()
/** What `compute init --js` writes. */
const script = await readFile(new URL('../../packages/cli/templates/js/train.js', import.meta.url))

interface Mode {
  privacy: Privacy
  /** Of trusted-dp. */
  learner: Trainer
}

/** What `run` is told for one mode. */
function orderOf(table: Table, { l2Micros, lambdaMicros }: Dataset, { privacy, learner }: Mode) {
  const isTrusted = privacy.mode === 'trusted-dp'
  const isNumber = isNumberLabel(table.label)
  const algorithm = isTrusted ? trainerBytes(learner) : isNumber ? script : module
  const digest: Hex = isTrusted ? trainerDigest(learner) : `0x${createHash('sha256').update(algorithm).digest('hex')}`
  const weight = privacy.mode === 'none' ? 100 : l2Micros
  const parameters: RunParams['parameters'] = isTrusted
    ? { lambdaMicros: learner === 'dp-linear-regression' ? LINEAR_LAMBDA_MICROS : lambdaMicros }
    : isNumber
      ? { epochs: SCRIPT_EPOCHS, l2Micros: weight }
      : { epochs: 2_000, learningRateMicros: 1_000_000, l2Micros: weight }
  const policy = policyFor({
    table,
    algorithms: [
      isTrusted
        ? { digest, runtime: 'trainer', parameters: { lambdaMicros: { min: 100, max: 1_000_000 } } }
        : isNumber
          ? {
              digest,
              runtime: 'js',
              parameters: { epochs: { min: 1, max: 500 }, l2Micros: { min: 0, max: 1_000_000 } },
            }
          : { digest, runtime: 'wasm', parameters: parameterRanges },
    ],
    privacy,
    holdoutBps: 100,
    minRowsPerParam: 1,
  })
  return { policy, algorithm, parameters, executor: isTrusted ? trainer : isNumber ? js : wasm }
}

/** Mean accuracy on the test rows, of a number R², and its standard deviation over the runs. */
async function scoreOf(dataset: Dataset, privacy: Privacy, learner: Trainer = TRAINERS[0]!): Promise<string> {
  const { train, test } = splitCsv(dataset.csv)
  const { table } = await inferTable({ source: source(dataset.csv) })
  const found: number[] = []
  for (let n = 0; n < (privacy.mode === 'none' ? 1 : RUNS); n++) {
    const { verdict, released, privateLog } = await run({
      ...orderOf(table, dataset, { privacy, learner }),
      orderId: canonicalHash({ name: dataset.name, n }),
      source: source(train),
      secret: new Uint8Array(32).fill(1),
    })
    if (released === undefined) throw new Error(`${dataset.name} ended in ${verdict}`)
    const { blocks } = dataset
    if (privacy.mode === 'sample-aggregate' && privateLog.reason !== `${blocks} of ${blocks} blocks ended well`) {
      throw new Error(`${dataset.name}: ${privateLog.reason}`)
    }
    const judged = await evaluate({ model: readSafetensors(released), table, source: source(test) })
    found.push('accuracy' in judged ? judged.accuracy : judged.r2)
  }
  const mean = found.reduce((sum, value) => sum + value, 0) / found.length
  if (found.length === 1) return mean.toFixed(3)
  const variance = found.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (found.length - 1)
  return `${mean.toFixed(3)} ± ${Math.sqrt(variance).toFixed(3)}`
}

const cells = (csv: string) =>
  csv
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((row) => row.split(','))

/** Scores of a dataset in every mode: `none`, then sample-aggregate and each of the trainers at every epsilon. */
async function scoresOf(dataset: Dataset, trainers: readonly Trainer[]): Promise<string[]> {
  const scores = [await scoreOf(dataset, { mode: 'none' })]
  const { blocks, clipMicros } = dataset
  for (const epsilon of EPSILONS) {
    scores.push(await scoreOf(dataset, { mode: 'sample-aggregate', epsilonMicros: epsilon * 1e6, clipMicros, blocks }))
  }
  for (const name of trainers) {
    for (const epsilon of EPSILONS) {
      const privacy = { mode: 'trusted-dp', epsilonMicros: epsilon * 1e6, clipMicros: 1_000_000 } as const
      scores.push(await scoreOf(dataset, privacy, name))
    }
  }
  return scores
}

function peerScore(kind: 'classes' | 'number', { train, test }: ReturnType<typeof splitCsv>): string {
  const peer = JSON.parse(python(['score', kind], JSON.stringify([cells(train), cells(test)]))) as { score: number }
  return peer.score.toFixed(3)
}

const modesOf = (names: readonly string[]) =>
  names.flatMap((name) => EPSILONS.map((epsilon) => `${name} eps ${epsilon}`))
const line = (texts: readonly (string | number)[]) => `| ${texts.join(' | ')} |`

const rows: { name: string; scores: Record<string, string> }[] = []

/** Prints a line of a table, its first a head; what is in it under the names of its columns is a row of the report. */
function printLine(head: readonly string[], texts: readonly (string | number)[]): void {
  if (!rows.some(({ scores }) => Object.keys(scores).join() === head.slice(1).join())) {
    console.log(`${line(head)}\n|${'---|'.repeat(head.length)}`)
  }
  console.log(line(texts))
  const [name, ...scores] = texts.map(String) as [string, ...string[]]
  rows.push({ name, scores: Object.fromEntries(scores.map((score, index) => [head[index + 1]!, score])) })
}

const headOf = (first: readonly string[], trainers: readonly Trainer[]) => [
  ...first,
  'scikit-learn',
  'none',
  ...modesOf(['sample-aggregate', ...trainers]),
]

const classes = headOf(['dataset', 'rows', 'most frequent class'], TRAINERS)
for (const dataset of chosen(DATASETS)) {
  const split = splitCsv(dataset.csv)
  const labels = cells(split.test).map((row) => row.at(-1)!)
  const counts = [...new Set(labels)].map((label) => labels.filter((other) => other === label).length)
  const majority = (Math.max(...counts) / labels.length).toFixed(3)
  const peer = peerScore('classes', split)
  printLine(classes, [dataset.name, split.rows, majority, peer, ...(await scoresOf(dataset, TRAINERS))])
}
console.log()
const regression: readonly Trainer[] = ['dp-linear-regression']
const numbers = headOf(['dataset, R²', 'rows'], regression)
for (const dataset of chosen(NUMBERS)) {
  const split = splitCsv(dataset.csv)
  const peer = peerScore('number', split)
  printLine(numbers, [dataset.name, split.rows, peer, ...(await scoresOf(dataset, regression))])
}
console.log(JSON.stringify({ bench: 'accuracy', rows }))
