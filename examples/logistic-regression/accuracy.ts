/**
 * Prints how good released models are in each privacy mode, beside scikit-learn's own logistic regression on the same split.
 * Needs /usr/bin/python3 with scikit-learn; takes some minutes.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { parameterRanges, readAlgorithm, ticTacToeCsv } from '@gristmill/example-logistic-regression'
import {
  canonicalHash,
  type Hex,
  type Privacy,
  policyFor,
  type Table,
  type Trainer,
  trainerBytes,
  trainerDigest,
} from '@gristmill/protocol'
import {
  createTrainerExecutor,
  createWasmExecutor,
  evaluate,
  inferTable,
  type RunParams,
  readSafetensors,
  run,
} from '@gristmill/runner'

/** Runs of each mode: other held-back rows, blocks and noise every time. */
const RUNS = 3
const EPSILONS = [1, 4]
const TRAINERS: readonly Trainer[] = ['dp-logistic-regression', 'dp-linear-regression']
/** Its ridge follows the noise, too, so that this one may be small everywhere. */
const LINEAR_LAMBDA_MICROS = 100

interface Dataset {
  name: string
  csv: string
  /** Of sample-aggregate. */
  blocks: number
  clipMicros: number
  /** Weight of the squared coefficients: in every block, and for the trainer. */
  l2Micros: number
  lambdaMicros: number
}

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

const DATASETS: readonly Dataset[] = [
  {
    name: 'balance scale, ten sizes (by rule)',
    csv: balanceCsv(),
    blocks: 100,
    clipMicros: 4_000_000,
    l2Micros: 10_000,
    lambdaMicros: 3_000,
  },
  {
    name: 'tic-tac-toe endgames (by rule)',
    csv: ticTacToeCsv(),
    blocks: 40,
    clipMicros: 1_000_000,
    l2Micros: 10_000,
    lambdaMicros: 30_000,
  },
  {
    name: 'breast cancer (scikit-learn)',
    csv: python(['dump', 'breast_cancer']),
    blocks: 40,
    clipMicros: 1_000_000,
    l2Micros: 10_000,
    lambdaMicros: 30_000,
  },
  {
    name: 'iris (scikit-learn)',
    csv: python(['dump', 'iris']),
    blocks: 10,
    clipMicros: 2_000_000,
    l2Micros: 10_000,
    lambdaMicros: 30_000,
  },
]

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

interface Mode {
  privacy: Privacy
  /** Of trusted-dp. */
  learner: Trainer
}

/** What `run` is told for one mode. */
function orderOf(table: Table, { l2Micros, lambdaMicros }: Dataset, { privacy, learner }: Mode) {
  const isTrusted = privacy.mode === 'trusted-dp'
  const algorithm = isTrusted ? trainerBytes(learner) : module
  const digest: Hex = isTrusted ? trainerDigest(learner) : `0x${createHash('sha256').update(module).digest('hex')}`
  const parameters: RunParams['parameters'] = isTrusted
    ? { lambdaMicros: learner === 'dp-linear-regression' ? LINEAR_LAMBDA_MICROS : lambdaMicros }
    : { epochs: 2_000, learningRateMicros: 1_000_000, l2Micros: privacy.mode === 'none' ? 100 : l2Micros }
  const policy = policyFor({
    table,
    algorithms: [
      isTrusted
        ? { digest, runtime: 'trainer', parameters: { lambdaMicros: { min: 100, max: 1_000_000 } } }
        : { digest, runtime: 'wasm', parameters: parameterRanges },
    ],
    privacy,
    holdoutBps: 100,
    minRowsPerParam: 1,
  })
  return { policy, algorithm, parameters, executor: isTrusted ? trainer : wasm }
}

/** Mean accuracy on the test rows, and its standard deviation over the runs. */
async function accuracyOf(dataset: Dataset, privacy: Privacy, learner: Trainer = TRAINERS[0]!): Promise<string> {
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
    found.push((await evaluate({ model: readSafetensors(released), table, source: source(test) })).accuracy)
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

const modes = EPSILONS.map((epsilon) => `eps ${epsilon}`)
console.log(
  `| dataset | rows | most frequent class | scikit-learn | none | ${modes.map((mode) => `sample-aggregate ${mode}`).join(' | ')} | ${TRAINERS.flatMap((name) => modes.map((mode) => `${name} ${mode}`)).join(' | ')} |`,
)
console.log(`|---|---|---|---|---|${'---|'.repeat((1 + TRAINERS.length) * EPSILONS.length)}`)
for (const dataset of DATASETS) {
  const { rows, train, test } = splitCsv(dataset.csv)
  const peer = JSON.parse(python(['score'], JSON.stringify([cells(train), cells(test)]))) as { accuracy: number }
  const labels = cells(test).map((row) => row.at(-1)!)
  const counts = [...new Set(labels)].map((label) => labels.filter((other) => other === label).length)
  const columns = [await accuracyOf(dataset, { mode: 'none' })]
  const { blocks, clipMicros } = dataset
  for (const epsilon of EPSILONS) {
    columns.push(
      await accuracyOf(dataset, { mode: 'sample-aggregate', epsilonMicros: epsilon * 1e6, clipMicros, blocks }),
    )
  }
  for (const name of TRAINERS) {
    for (const epsilon of EPSILONS) {
      const privacy = { mode: 'trusted-dp', epsilonMicros: epsilon * 1e6, clipMicros: 1_000_000 } as const
      columns.push(await accuracyOf(dataset, privacy, name))
    }
  }
  const majority = (Math.max(...counts) / labels.length).toFixed(3)
  console.log(`| ${[dataset.name, rows, majority, peer.accuracy.toFixed(3), ...columns].join(' | ')} |`)
}
