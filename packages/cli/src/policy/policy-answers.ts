import {
  type Address,
  type Airlock,
  type AllowedAlgorithm,
  leakBits,
  type ModelShape,
  type Policy,
  policyFor,
  rowsAtMost,
  type Table,
  type TableSize,
} from '@gristmill/protocol'
import { ArgumentError } from '../cli-errors.js'
import { parseDuration } from '../duration.js'
import type { Io } from '../io.js'
import { namedDigest, parseRanges, runtimeOf } from './allowed-algorithm.js'

/** What a maker answers, as text: to `policy init`'s questions, or with its options. */
export interface PolicyAnswers {
  model: string
  algorithms: readonly string[]
  /** One for each algorithm, or one for all. */
  parameters: readonly string[]
  budget: string
  sponsorBudget: string
  airlock: Airlock
  /** Who decides, where two have to agree. */
  reviewers?: readonly Address[] | undefined
  slot: string
}

/** The policy that the answers describe. */
export async function policyOfAnswers(
  io: Io,
  { table, size }: { table: Table; size: TableSize },
  answers: PolicyAnswers,
): Promise<Policy> {
  const common = {
    table,
    model: parseModel(answers.model),
    algorithms: await algorithmsOf(io, answers),
    airlock: answers.airlock,
    ...(answers.reviewers === undefined ? {} : { reviewers: answers.reviewers }),
    slotSeconds: parseDuration('--slot', answers.slot),
  }
  const runBits = leakBits(policyFor(common))
  const runs = runsFor('--budget', answers.budget, runBits, size)
  const runsPerSponsor = runsFor('--budget-per-sponsor', answers.sponsorBudget, runBits, size)
  return policyFor({ ...common, runs, runsPerSponsor: Math.min(runs, runsPerSponsor) })
}

const MODEL = 'linear, mlp:16 (or mlp:16x8), tree-ensemble:10x3 (trees x depth), or centroids:8'

/** `linear`, `mlp:16x8`, `tree-ensemble:10x3`, `centroids:8` */
export function parseModel(text: string): ModelShape {
  const [, family, first, second] = /^([a-z-]+)(?::([1-9]\d{0,4})(?:x([1-9]\d{0,4}))?)?$/.exec(text) ?? []
  const sizes = [first, second].filter((size) => size !== undefined).map(Number)
  const [one = 0, other = 0] = sizes
  if (family === 'linear' && sizes.length === 0) return { family }
  if (family === 'mlp' && sizes.length > 0) return { family, hidden: sizes }
  if (family === 'tree-ensemble' && sizes.length === 2) return { family, trees: one, depth: other }
  if (family === 'centroids' && sizes.length === 1) return { family, centroids: one, predicts: true }
  throw new ArgumentError('--model', `${text} is no kind of model: write ${MODEL}.`)
}

async function algorithmsOf(io: Io, { algorithms, parameters }: PolicyAnswers): Promise<AllowedAlgorithm[]> {
  if (parameters.length > 1 && parameters.length !== algorithms.length) {
    throw new ArgumentError(
      '--parameters',
      `is given ${parameters.length} times: once for all, or once for each algorithm.`,
    )
  }
  return Promise.all(
    algorithms.map(async (text, index) => {
      if (!/\.(wasm|js|py)$/.test(text))
        throw new ArgumentError('--algorithm', `${text}: name a file that ends in .wasm, .js or .py.`)
      return {
        digest: await namedDigest(io, text),
        runtime: runtimeOf(text),
        parameters: parseRanges(parameters[index] ?? parameters[0] ?? '{}'),
      }
    }),
  )
}

/** Whole runs that an amount pays for: `10 runs`, `4790 bits`, `30 rows`. */
function runsFor(argument: string, text: string, runBits: number, size: TableSize): number {
  const [, digits, unit] = /^([1-9]\d{0,14}) ?(runs?|bits?|rows?)$/.exec(text) ?? []
  if (digits === undefined || unit === undefined) {
    throw new ArgumentError(argument, `${text} is no budget: write it like "10 runs", "4790 bits" or "30 rows".`)
  }
  const amount = Number(digits)
  if (unit.startsWith('run')) return amount
  const bits = unit.startsWith('bit') ? amount : bitsOfRows(amount, size)
  const runs = Math.floor(bits / runBits)
  if (runs > 0) return runs
  const run = `one run tells up to ${runBits} bits, as much as ${rowsAtMost(runBits, size)} rows`
  throw new ArgumentError(argument, `${text} pays for no run: ${run}. Allow more, or a smaller model.`)
}

/** Most bits that `rowsAtMost` counts as so many rows. */
function bitsOfRows(rows: number, { compressedBytes, rows: all }: TableSize): number {
  return Number((BigInt(rows) * 8n * BigInt(compressedBytes)) / BigInt(all))
}
