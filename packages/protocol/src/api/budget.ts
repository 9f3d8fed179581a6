import { z } from 'zod'
import { bytes32Schema } from '../hex.js'
import { smallUintSchema } from '../numbers.js'

const amountSchema = z.strictObject({ bits: smallUintSchema(53), epsilonMicros: smallUintSchema(53) })

/** GET /v1/listings/:listing/budget, to whoever asks in their own name. Runs that wait are not counted yet. */
export const budgetDocumentSchema = z.strictObject({
  listing: bytes32Schema,
  /** What one run costs. */
  run: amountSchema,
  /** What the runs of all sponsors together may still cost. */
  left: amountSchema,
  /** What the runs of the asking account may still cost, as long as `left` has it. */
  sponsorLeft: amountSchema,
})
/** GET /v1/listings/:listing/budget: what a listing's budget and the asking account's part of it have left. */
export type BudgetDocument = z.output<typeof budgetDocumentSchema>
