import { z } from 'zod'
import { canonicalHash } from '../canonical-json.js'
import { bytes32Schema, type Hex } from '../hex.js'
import { VERDICTS } from '../kind.js'
import { runtimeSchema } from '../runtime.js'
import { artifactSchema } from './artifact.js'
import { checksSchema } from './checks.js'
import { contradictionsIn } from './contradictions.js'
import { familySchema, isFamily } from './family.js'
import { METRIC_NAMES } from './metric.js'
import { budgetSchema, privacySchema } from './privacy.js'
import { releaseRuleSchema } from './release-rule.js'
import { tableSchema } from './table.js'

/** An algorithm that may run, by sha256 of its bytes, with its runtime and the closed range of every integer parameter. */
export const allowedAlgorithmSchema = z.strictObject({
  digest: bytes32Schema,
  runtime: runtimeSchema,
  parameters: z
    .record(z.string().regex(/^[a-zA-Z][a-zA-Z0-9_]{0,63}$/), z.strictObject({ min: z.int(), max: z.int() }))
    .refine((parameters) => Object.keys(parameters).length <= 16, 'at most 16 parameters'),
})
/** An algorithm that may run, by sha256 of its bytes, with its runtime and the closed range of every integer parameter. */
export type AllowedAlgorithm = z.output<typeof allowedAlgorithmSchema>

const documentSchema = z.strictObject({
  version: z.literal(1),
  table: tableSchema,
  artifact: artifactSchema,
  family: familySchema,
  algorithms: z.array(allowedAlgorithmSchema).min(1).max(64),
  /** Rounded to `digits` decimal digits and charged for. */
  metrics: z
    .array(z.strictObject({ name: z.enum(METRIC_NAMES), digits: z.int().min(1).max(6), by: z.literal('runner') }))
    .max(METRIC_NAMES.length),
  /** Upper bound of the released file. */
  maxBytes: z.int().min(1),
  /** Upper bound of what the tensors of one run carry. */
  maxBits: z.int().min(1),
  checks: checksSchema,
  privacy: privacySchema,
  budget: budgetSchema,
  logs: z.literal('none'),
  failureClasses: z
    .array(z.enum(VERDICTS))
    .refine((classes) => classes.join() === VERDICTS.join(), `expected exactly ${VERDICTS.join(', ')}`),
  release: releaseRuleSchema,
})

/** The terms of compute on a listing: what may run, what may leave. Refuses documents that contradict themselves. */
export const policySchema = documentSchema.superRefine((policy, context) => {
  // Of a family that is refused there are no rules to contradict.
  if (!isFamily(policy.family)) return
  for (const { rule, path, message } of contradictionsIn(policy)) {
    context.addIssue({ code: 'custom', message, path: [...path], params: { rule } })
  }
})
/** What may leave a compute listing, and what may be run to get it; `policyHash` commits to it. */
export type Policy = z.output<typeof documentSchema>

/** What a listing and every order commit to: sha256 of the RFC 8785 JSON of the policy. */
export function policyHash(policy: Policy): Hex {
  return canonicalHash(policy)
}
