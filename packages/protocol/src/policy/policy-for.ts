import type { Address } from '../hex.js'
import { VERDICTS } from '../kind.js'
import { type Artifact, releasedBytesOf, type Tensor } from './artifact.js'
import type { Checks } from './checks.js'
import { costOf } from './cost.js'
import { type ModelShape, predictsLabel, tensorRules } from './family-tensors.js'
import { isNumberLabel } from './label.js'
import { bitsIn, RELEASE_BITS } from './layout.js'
import { parsePolicy } from './parse-policy.js'
import type { AllowedAlgorithm, Policy } from './policy.js'
import type { Privacy } from './privacy.js'
import type { Airlock } from './release-rule.js'
import type { Table } from './table.js'

/** What `policyFor` takes. */
export interface PolicyForParams {
  table: Table
  /** What kind of model may leave; default linear. */
  model?: ModelShape
  algorithms: readonly AllowedAlgorithm[]
  /** Bounds of every released weight, threshold and coordinate; default [-64, 64], of counts [0, 2^24]. */
  range?: readonly [number, number]
  /** Decimal digits of each metric; default 3. */
  metricDigits?: number
  /** Default 2000; with a privacy mode 100, the least, for nothing is measured on them. */
  holdoutBps?: number
  /** Default 5 for a linear model, 1 for others. */
  minRowsPerParam?: number
  /** Refuse models below this accuracy, in millionths; default: none. */
  minAccuracyMicros?: number
  /** Of a number label: refuse models below this R², in millionths; default: none. */
  minR2Micros?: number
  /** Further checks; default for trees: leaves of at least 10 rows. */
  checks?: Pick<Checks, 'membership' | 'tree' | 'scan' | 'utility'>
  /** Default none. With a mode there are no metrics and no checks that look at rows. */
  privacy?: Privacy
  /** Runs that the budget pays for; default 10. */
  runs?: number
  /** Runs of one sponsor that the budget pays for; default all. */
  runsPerSponsor?: number
  /** Default 3600. */
  slotSeconds?: number
  /** Default "owner", or "two-person" where there are reviewers. */
  airlock?: Airlock
  /** Who decides in the airlock "two-person". */
  reviewers?: readonly Address[]
}

const COUNTS = [0, 2 ** 24] as const

/** A policy under which models of a table may leave, with limits as tight as the model's shape admits. */
export function policyFor(params: PolicyForParams): Policy {
  const { table, model = { family: 'linear' }, runs = 10, runsPerSponsor = runs } = params
  const range = params.range ?? (model.family === 'histogram' ? COUNTS : [-64, 64])
  const { family } = model
  const privacy = params.privacy ?? { mode: 'none' }
  const isPrivate = privacy.mode !== 'none'
  const artifact: Artifact = { format: 'safetensors', tensors: tensorsOf(model, table, range) }
  const metrics = !isPrivate && predictsLabel(family, artifact.tensors) ? metricsFor(table) : []
  const policy: Policy = {
    version: 1,
    table,
    artifact,
    family,
    algorithms: [...params.algorithms],
    metrics: metrics.map((name) => ({ name, digits: params.metricDigits ?? 3, by: 'runner' })),
    maxBytes: releasedBytesOf(artifact),
    maxBits: bitsIn(artifact),
    checks: {
      holdoutBps: params.holdoutBps ?? (isPrivate ? 100 : 2000),
      dof: { minRowsPerParam: params.minRowsPerParam ?? (family === 'linear' ? 5 : 1) },
      ...(params.minAccuracyMicros === undefined
        ? {}
        : { utility: { metric: 'holdout_accuracy' as const, minMicros: params.minAccuracyMicros } }),
      ...(params.minR2Micros === undefined
        ? {}
        : { utility: { metric: 'holdout_r2' as const, minMicros: params.minR2Micros } }),
      ...(model.family === 'tree-ensemble' ? { tree: { minLeaf: 10, maxDepth: model.depth } } : {}),
      ...params.checks,
    },
    privacy,
    budget: { bits: 1, bitsPerSponsor: 1 },
    logs: 'none',
    failureClasses: [...VERDICTS],
    release: {
      slotSeconds: params.slotSeconds ?? 3600,
      airlock: params.airlock ?? (params.reviewers === undefined ? 'owner' : 'two-person'),
      ...(params.reviewers === undefined ? {} : { reviewers: [...params.reviewers] }),
    },
  }
  const { bits, epsilonMicros } = costOf(policy)
  return parsePolicy({
    ...policy,
    budget: {
      bits: runs * bits,
      bitsPerSponsor: runsPerSponsor * bits,
      ...(isPrivate
        ? { epsilonMicros: runs * epsilonMicros, epsilonMicrosPerSponsor: runsPerSponsor * epsilonMicros }
        : {}),
    },
  })
}

const metricsFor = ({ label }: Table) =>
  isNumberLabel(label) ? (['holdout_r2', 'holdout_rmse'] as const) : (['holdout_accuracy', 'holdout_majority'] as const)

function tensorsOf(model: ModelShape, table: Table, range: readonly [number, number]): Tensor[] {
  return Object.entries(tensorRules(model, table)).map(([name, { shape, releases, within }]) => {
    const [least, most] = within ?? range
    // The narrowest grid that holds the range, for every bit of it is charged.
    const release = releases.find((grid) => grid === 'bf16' || most < 2 ** RELEASE_BITS[grid])!
    return { name, shape: [...shape], release, range: [least, most] }
  })
}
