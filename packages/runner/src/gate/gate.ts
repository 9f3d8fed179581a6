import { bitsIn } from '@gristmill/protocol'
import { z } from 'zod'
import { foldersOf, runChild } from '../executors/child-process.js'
import { readValues } from '../model/values.js'
import { writeCase } from './case-frame.js'
import type { Case, Judgement } from './judge.js'

/** Wall clock for all checks of a run. */
const GATE_TIMEOUT_MS = 60_000

const PROGRAM = { program: '../gate/child.js', flags: [], readable: foldersOf('@gristmill/protocol') }

const fraction = z.number().min(0).max(1)
const answerSchema = z.strictObject({
  verdict: z.enum(['OK', 'CONTRACT', 'CHECK']),
  reason: z.string().max(1024),
  measurements: z
    .strictObject({ holdout_accuracy: fraction, holdout_majority: fraction, holdout_auc: fraction.optional() })
    .optional(),
  findings: z
    .array(
      z.strictObject({
        check: z.enum(['dof', 'utility', 'membership', 'tree', 'scan']),
        isMet: z.boolean(),
        quantity: z.string().max(1024),
        found: z.number(),
        limit: z.number(),
      }),
    )
    .max(16),
})

/**
 * Judges a case in a process of its own, without keys, database, or any file but code: an output that breaks what reads it
 * gets nothing there. What the process answers is believed no further than the policy's bits: so many bytes of values, one
 * of three verdicts, and metrics that are rounded here. One that dies, hangs or talks nonsense ends in CHECK.
 */
export async function gate(given: Case, timeoutMs = GATE_TIMEOUT_MS): Promise<Judgement> {
  const { artifact } = given.policy
  const valueBytes = bitsIn(artifact) / 8
  const end = await runChild<unknown>({ ...PROGRAM, ...writeCase(given), answerBytesMax: valueBytes, timeoutMs })
  if (end.kind === 'timeout') return refused('time limit')
  if (end.kind === 'died') return refused('the process died')
  const answer = answerSchema.safeParse(end.frame.head)
  if (!answer.success) return refused('no answer that could be read')
  const { measurements, ...rest } = answer.data
  const judgement = { ...rest, ...(measurements === undefined ? {} : { measurements: definedOf(measurements) }) }
  if (judgement.verdict !== 'OK') return judgement
  const [values] = end.frame.parts
  if (values?.length !== valueBytes || !areFinite(artifact.tensors, values)) return refused('no values of the model')
  return { ...judgement, values }
}

const refused = (reason: string): Judgement => ({ verdict: 'CHECK', reason: `gate: ${reason}`, findings: [] })

function definedOf({ holdout_auc, ...rest }: NonNullable<z.output<typeof answerSchema>['measurements']>) {
  return holdout_auc === undefined ? rest : { ...rest, holdout_auc }
}

function areFinite(...params: Parameters<typeof readValues>): boolean {
  try {
    readValues(...params)
    return true
  } catch {
    return false
  }
}
