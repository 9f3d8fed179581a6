import { z } from 'zod'
import { addressSchema } from '../address.js'
import { bytes32Schema, hexSchema } from '../hex.js'
import { VERDICTS } from '../kind.js'
import { smallUintSchema } from '../numbers.js'
import { metricSchema } from './order.js'

/** A run that waits for the maker's decision. */
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
})
/** A run that waits for the maker's decision. */
export type PendingApproval = z.output<typeof pendingApprovalSchema>

/** GET /v1/approvals: what waits for the calling maker. */
export const pendingApprovalsSchema = z.strictObject({ approvals: z.array(pendingApprovalSchema).max(100) })
/** GET /v1/approvals: what waits for the calling maker. */
export type PendingApprovals = z.output<typeof pendingApprovalsSchema>

/** POST /v1/approvals/:orderId: the maker's decision, signed as Approval. */
export const decideApprovalSchema = z.strictObject({
  releasedHash: bytes32Schema,
  approved: z.boolean(),
  signature: hexSchema,
})
/** POST /v1/approvals/:orderId: the maker's decision, signed as Approval. */
export type DecideApproval = z.output<typeof decideApprovalSchema>
