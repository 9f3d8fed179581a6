import type { Connection } from '../connection.js'
import { RunFailedError } from '../errors/mismatch-errors.js'
import type { Bought } from './download-order.js'
import type { OrderTerms } from './fulfil-order.js'
import { type GetReceiptParams, type VerifiedReceipt, verifiedReceipt } from './get-receipt.js'

/** A run that released a model, as its datatrust answers for it. */
export interface VerifiedRun extends VerifiedReceipt {
  /** The model, for the fair exchange. */
  bought: Bought
}

/** The receipt of a run, as `verifiedReceipt` gives it. Throws RunFailedError if the run released nothing. */
export async function verifiedRun(connection: Connection, params: GetReceiptParams & OrderTerms): Promise<VerifiedRun> {
  const verified = await verifiedReceipt(connection, params)
  const { receipt } = verified
  if (receipt.verdict !== 'OK') throw new RunFailedError(receipt)
  return { ...verified, bought: { contentRoot: receipt.releasedRoot, sizeBytes: Number(receipt.releasedBytes) } }
}
