import { z } from 'zod'
import { addressSchema } from '../address.js'
import { bytes32Schema, hexSchema } from '../hex.js'
import { VERDICTS } from '../kind.js'
import { smallUintSchema, uintSchema } from '../numbers.js'
import { metricSchema } from './order.js'

/** A run that waits for a decision, as those see it who may decide. */
export const pendingApprovalSchema = z.strictObject({
  orderId: bytes32Schema,
  listing: bytes32Schema,
  sponsor: addressSchema,
  algorithm: bytes32Schema,
  verdict: z.enum(VERDICTS),
  releasedHash: bytes32Schema,
  releasedBytes: smallUintSchema(53),
  leakBits: smallUintSchema(53),
  rowsAtMost: smallUintSchema(53),
  metrics: z.array(metricSchema).max(16),
  /** Who has approved it so far, the first first. */
  approvedBy: z.array(addressSchema).max(16),
  /** Different accounts that have to; of a joint run, for this order. */
  approvalsNeeded: z.int().min(0).max(16),
})
/** A run that waits for a decision. */
export type PendingApproval = z.output<typeof pendingApprovalSchema>

/** Where a model is on its way out, in the words of OpenSAFELY's output checking. */
export const AIRLOCK_STATES = [
  'submitted',
  'partially-reviewed',
  'approved',
  'released',
  'returned',
  'rejected',
  'withdrawn',
] as const

/** Why a model is kept from leaving: for the owner's own records, the sponsor learns the verdict REVIEW alone. */
export const REJECT_REASONS = ['disclosive', 'outside-purpose', 'too-few-rows', 'poor-model', 'other'] as const
/** One of `REJECT_REASONS`. */
export type RejectReason = (typeof REJECT_REASONS)[number]

const privateLogSchema = z.object({
  rows: smallUintSchema(53),
  trainRows: smallUintSchema(53),
  holdoutRows: smallUintSchema(53),
  reason: z.string().max(1_000),
  /** Absent in a joint run: it would tell of the others' rows. */
  fuelUsed: uintSchema(64).optional(),
  measurements: z.record(z.string().max(100), z.number()).optional(),
  findings: z
    .array(
      z.object({
        check: z.string().max(100),
        isMet: z.boolean(),
        quantity: z.string().max(200),
        /** Null where there was nothing to measure. */
        found: z.number().nullable(),
        limit: z.number(),
      }),
    )
    .max(32)
    .optional(),
})

/** GET /v1/approvals/:orderId: a run that is over, to the maker of its data and its reviewers alone. */
export const airlockDocumentSchema = pendingApprovalSchema.extend({
  /**
   * `submitted`: waits for a decision; `partially-reviewed`: one of two has approved; `approved`: on its way; `released`: out;
   * `returned`: the gate refused it; `rejected`: who decides did; `withdrawn`: its price went back.
   */
  state: z.enum(AIRLOCK_STATES),
  /** All of it depends on private data. Absent for runs from before it was kept. */
  privateLog: privateLogSchema.optional(),
})
/** GET /v1/approvals/:orderId: a run that is over, to the maker of its data and its reviewers alone. */
export type AirlockDocument = z.output<typeof airlockDocumentSchema>

/** GET /v1/approvals: what waits for the calling account. */
export const pendingApprovalsSchema = z.strictObject({ approvals: z.array(pendingApprovalSchema).max(100) })
/** GET /v1/approvals: what waits for the calling account. */
export type PendingApprovals = z.output<typeof pendingApprovalsSchema>

/** POST /v1/approvals/:orderId: a decision, signed as Approval by the calling account. */
export const decideApprovalSchema = z
  .strictObject({
    releasedHash: bytes32Schema,
    approved: z.boolean(),
    /** Of a rejection, and only of one; not part of what is signed. */
    because: z.enum(REJECT_REASONS).optional(),
    signature: hexSchema,
  })
  .refine(({ approved, because }) => approved === (because === undefined), {
    error: `a rejection, and nothing else, says why: ${REJECT_REASONS.join(', ')}`,
    path: ['because'],
  })
/** POST /v1/approvals/:orderId: a decision, signed as Approval by the calling account. */
export type DecideApproval = z.output<typeof decideApprovalSchema>
