import type { Receipt } from '@gristmill/protocol'
import { ReceiptMismatchError } from '../errors/mismatch-errors.js'

/** What one run cannot have come to twice. */
const SHARED = ['rawOutputHash', 'releasedHash', 'releasedBytes', 'fuel', 'verdict'] as const

/**
 * Throws ReceiptMismatchError unless the receipts of a joint run's orders tell of one run: a datatrust that ran anything
 * else for one of them has signed that it did.
 */
export function requireOneRun([first, ...others]: readonly Receipt[]): void {
  for (const receipt of others) {
    for (const field of SHARED) {
      if (first !== undefined && receipt[field] !== first[field])
        throw new ReceiptMismatchError(receipt.orderId, field, first[field], receipt[field])
    }
  }
}
