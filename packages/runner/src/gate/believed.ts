import { type Artifact, bitsIn } from '@gristmill/protocol'
import { z } from 'zod'
import type { ChildEnd } from '../executors/child-process.js'
import { readValues } from '../model/values.js'
import type { Judgement } from './judge.js'

const fraction = z.number().min(0).max(1).optional()
const answerSchema = z.strictObject({
  verdict: z.enum(['OK', 'CONTRACT', 'CHECK']),
  reason: z.string().max(1024),
  measurements: z
    .strictObject({
      holdout_accuracy: fraction,
      holdout_majority: fraction,
      holdout_auc: fraction,
      holdout_r2: z.number().max(1).optional(),
      holdout_rmse: fraction,
    })
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

/** What may be believed of how the process of the gate ended, whoever rules it; anything else is CHECK. */
export function believedOf(end: ChildEnd<unknown>, artifact: Artifact): Judgement {
  if (end.kind === 'timeout') return refused('time limit')
  if (end.kind === 'died') return refused('the process died')
  const answer = answerSchema.safeParse(end.frame.head)
  if (!answer.success) return refused('no answer that could be read')
  const { measurements, ...rest } = answer.data
  const judgement = { ...rest, ...(measurements === undefined ? {} : { measurements }) }
  if (judgement.verdict !== 'OK') return judgement
  const [values] = end.frame.parts
  if (values?.length !== bitsIn(artifact) / 8 || !areFinite(artifact.tensors, values))
    return refused('no values of the model')
  return { ...judgement, values }
}

const refused = (reason: string): Judgement => ({ verdict: 'CHECK', reason: `gate: ${reason}`, findings: [] })

function areFinite(...params: Parameters<typeof readValues>): boolean {
  try {
    readValues(...params)
    return true
  } catch {
    return false
  }
}
