import {
  type Address,
  type Airlock,
  type AllowedAlgorithm,
  type Cost,
  costOf,
  type ModelShape,
  type Policy,
  type Privacy,
  policyFor,
  rowsAtMost,
  type Table,
  type TableSize,
} from '@gristmill/protocol'
import { ArgumentError } from '../argument-errors.js'
import { parseDuration } from '../duration.js'

/** What a maker answers, as text: to `policy init`'s questions, or with its options. */
export interface PolicyAnswers {
  model: ModelShape
  privacy: Privacy
  algorithms: readonly AllowedAlgorithm[]
  budget: string
  sponsorBudget: string
  airlock: Airlock
  /** Who decides, where two have to agree. */
  reviewers?: readonly Address[] | undefined
  slot: string
}

/** The policy that the answers describe. */
export function policyOfAnswers({ table, size }: { table: Table; size: TableSize }, answers: PolicyAnswers): Policy {
  const { model, privacy, algorithms } = answers
  const common = {
    table,
    model,
    privacy,
    algorithms,
    airlock: answers.airlock,
    ...(answers.reviewers === undefined ? {} : { reviewers: answers.reviewers }),
    slotSeconds: parseDuration('--slot', answers.slot),
  }
  const run = costOf(policyFor(common))
  const runs = runsFor('--budget', answers.budget, run, size)
  const runsPerSponsor = runsFor('--budget-per-sponsor', answers.sponsorBudget, run, size)
  return policyFor({ ...common, runs, runsPerSponsor: Math.min(runs, runsPerSponsor) })
}

const MODEL =
  'linear, mlp:16 (or mlp:16x8), tree-ensemble:10x3 (trees x depth), centroids:8, or histogram:8 (bins of a number)'

/** `linear`, `mlp:16x8`, `tree-ensemble:10x3`, `centroids:8`, `histogram:8` */
export function parseModel(text: string): ModelShape {
  const [, family, first, second] = /^([a-z-]+)(?::([1-9]\d{0,4})(?:x([1-9]\d{0,4}))?)?$/.exec(text) ?? []
  const sizes = [first, second].filter((size) => size !== undefined).map(Number)
  const [one = 0, other = 0] = sizes
  if (family === 'linear' && sizes.length === 0) return { family }
  if (family === 'mlp' && sizes.length > 0) return { family, hidden: sizes }
  if (family === 'tree-ensemble' && sizes.length === 2) return { family, trees: one, depth: other }
  if (family === 'centroids' && sizes.length === 1) return { family, centroids: one, predicts: true }
  if (family === 'histogram' && sizes.length === 1) return { family, bins: one }
  throw new ArgumentError('--model', `${text} is no kind of model: write ${MODEL}.`)
}

/** Whole runs that an amount pays for: `10 runs`, `4790 bits`, `30 rows`, `4 epsilon`. */
function runsFor(argument: string, text: string, run: Cost, size: TableSize): number {
  const [, digits, unit] = /^([1-9]\d{0,14}|\d{1,6}\.\d{1,6}) ?(runs?|bits?|rows?|epsilon)$/.exec(text) ?? []
  const isWhole = digits !== undefined && !digits.includes('.')
  if (digits === undefined || unit === undefined || (unit !== 'epsilon' && !isWhole)) {
    throw new ArgumentError(
      argument,
      `${text} is no budget: write it like "10 runs", "4790 bits", "30 rows" or "4 epsilon".`,
    )
  }
  const amount = Number(digits)
  if (unit.startsWith('run')) return amount
  if (unit === 'epsilon') return runsForEpsilon(argument, amount, run)
  const bits = unit.startsWith('bit') ? amount : bitsOfRows(amount, size)
  const runs = Math.floor(bits / run.bits)
  if (runs > 0) return runs
  const one = `one run tells up to ${run.bits} bits, as much as ${rowsAtMost(run.bits, size)} rows`
  throw new ArgumentError(argument, `${text} pays for no run: ${one}. Allow more, or a smaller model.`)
}

function runsForEpsilon(argument: string, epsilon: number, { epsilonMicros }: Cost): number {
  if (epsilonMicros === 0)
    throw new ArgumentError(argument, 'in epsilon needs a privacy mode: without noise no epsilon is spent.')
  const runs = Math.floor(Math.round(epsilon * 1e6) / epsilonMicros)
  if (runs > 0) return runs
  throw new ArgumentError(argument, `${epsilon} epsilon pays for no run: one spends ${epsilonMicros / 1e6}.`)
}

/** Most bits that `rowsAtMost` counts as so many rows. */
function bitsOfRows(rows: number, { compressedBytes, rows: all }: TableSize): number {
  return Number((BigInt(rows) * 8n * BigInt(compressedBytes)) / BigInt(all))
}
