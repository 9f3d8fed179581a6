import { VERDICTS } from '../kind.js'
import { type Artifact, parametersIn, RELEASE_BITS, releasedBytesOf } from './artifact.js'
import { leakBits } from './leak-bits.js'
import { parsePolicy } from './parse-policy.js'
import type { AllowedAlgorithm, Policy } from './policy.js'
import { dimensionsOf, scoresOf, type Table } from './table.js'

/** What `linearPolicy` takes. */
export interface LinearPolicyParams {
  table: Table
  algorithms: readonly AllowedAlgorithm[]
  /** Bounds of every released weight; default [-64, 64]. */
  range?: readonly [number, number]
  /** Decimal digits of each metric; default 3. */
  metricDigits?: number
  /** Default 2000. */
  holdoutBps?: number
  /** Default 5. */
  minRowsPerParam?: number
  /** Refuse models below this accuracy, in millionths; default: none. */
  minAccuracyMicros?: number
  /** Runs that the budget pays for; default 10. */
  runs?: number
  /** Runs of one sponsor that the budget pays for; default all. */
  runsPerSponsor?: number
  /** Default 3600. */
  slotSeconds?: number
  /** Default "owner". */
  airlock?: Policy['release']['airlock']
}

/** A policy under which linear models of a table may leave, with limits as tight as the model's shape admits. */
export function linearPolicy(params: LinearPolicyParams): Policy {
  const { table, range = [-64, 64], metricDigits = 3, runs = 10, runsPerSponsor = runs } = params
  const scores = scoresOf(table)
  const tensor = (name: string, shape: number[]) => ({
    name,
    shape,
    release: 'bf16' as const,
    range: [...range] as [number, number],
  })
  const artifact: Artifact = {
    format: 'safetensors',
    tensors: [tensor('coef', [scores, dimensionsOf(table)]), tensor('intercept', [scores])],
  }
  const metric = (name: 'holdout_accuracy' | 'holdout_majority') => ({
    name,
    digits: metricDigits,
    by: 'runner' as const,
  })
  const policy: Policy = {
    version: 1,
    table,
    artifact,
    family: 'linear',
    algorithms: [...params.algorithms],
    metrics: [metric('holdout_accuracy'), metric('holdout_majority')],
    maxBytes: releasedBytesOf(artifact),
    maxBits: parametersIn(artifact) * RELEASE_BITS.bf16,
    checks: {
      holdoutBps: params.holdoutBps ?? 2000,
      dof: { minRowsPerParam: params.minRowsPerParam ?? 5 },
      ...(params.minAccuracyMicros === undefined
        ? {}
        : { utility: { metric: 'holdout_accuracy' as const, minMicros: params.minAccuracyMicros } }),
    },
    privacy: { mode: 'none' },
    budget: { bits: 1, bitsPerSponsor: 1 },
    logs: 'none',
    failureClasses: [...VERDICTS],
    release: { slotSeconds: params.slotSeconds ?? 3600, airlock: params.airlock ?? 'owner' },
  }
  const runBits = leakBits(policy)
  return parsePolicy({ ...policy, budget: { bits: runs * runBits, bitsPerSponsor: runsPerSponsor * runBits } })
}
