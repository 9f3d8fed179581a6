import type { Policy } from '@gristmill/protocol'
import { classesOf } from '@gristmill/protocol/model'
import { type Predictor, predictorOf } from '../model/predictor.js'
import { treesIn } from '../model/tree-ensemble.js'
import { type ModelTensor, writeValues } from '../model/values.js'
import type { Split } from '../run/split.js'
import type { EncodedTable } from '../table/read-table.js'
import { canonicalTensors } from './canonical-tensors.js'
import { describeFinding, type Finding } from './finding.js'
import { checkLeaves } from './leaves.js'
import { type Measurements, measure } from './measure.js'
import { checkMembership } from './membership.js'
import { checkScan } from './scan.js'
import { checkUtility } from './utility.js'

/** What is judged: an algorithm's output, and all that it is compared with. */
export interface Case {
  policy: Pick<Policy, 'artifact' | 'table' | 'checks'>
  rawOutput: Uint8Array
  table: EncodedTable
  split: Split
  /** The data's file; needed for the scan only. */
  csv: Uint8Array
  /** The table is one of several that the model was trained on. */
  isPart?: boolean
}

/** Whether an output may leave. Reason, measurements and findings are for the owner. */
export interface Judgement {
  verdict: 'OK' | 'CONTRACT' | 'CHECK'
  reason: string
  /** All values of the model as its file holds them; only with verdict OK. */
  values?: Uint8Array
  /** Absent where nothing was measured, or the model predicts no label. */
  measurements?: Measurements
  /** Of every check of the policy, failed or not. */
  findings: readonly Finding[]
}

/** Brings an output into the only form in which it may leave, and makes every check of the policy on that. */
export function judge(given: Case): Judgement {
  const { policy, rawOutput, table, split } = given
  const canonical = canonicalTensors(policy.artifact.tensors, rawOutput)
  if ('broken' in canonical) return { verdict: 'CONTRACT', reason: canonical.broken, findings: [] }
  const { tensors } = canonical
  const predictor = predictorOf(canonical, policy.table)
  const classes = classesOf(policy.table)
  const measurements =
    predictor.predicts === 'centroid'
      ? {}
      : { measurements: measure({ predictor, classes, table, rows: split.holdout }) }
  const findings = findingsOf(given, tensors, predictor, measurements.measurements)
  const failed = findings.find(({ isMet }) => !isMet)
  if (failed !== undefined) return { verdict: 'CHECK', reason: describeFinding(failed), ...measurements, findings }
  return { verdict: 'OK', reason: 'done', values: writeValues(tensors), ...measurements, findings }
}

function findingsOf(
  { policy, table, split, csv, isPart = false }: Case,
  tensors: readonly ModelTensor[],
  predictor: Predictor,
  measurements: Measurements | undefined,
): Finding[] {
  const { utility, membership, tree, scan } = policy.checks
  return [
    ...(utility === undefined ? [] : [checkUtility(utility, measurements)]),
    ...(membership === undefined ? [] : checkMembership({ limits: membership, predictor, table, split })),
    ...(tree === undefined
      ? []
      : [checkLeaves({ limits: tree, trees: treesIn({ tensors }, policy.table), table, rows: split.train, isPart })]),
    ...(scan === undefined ? [] : checkScan({ limits: scan, tensors, table, csv })),
  ]
}
