import {
  type Address,
  type Approval,
  approvalTypedData,
  type DomainParams,
  type Hex,
  type OrderId,
  ProtocolError,
  ZERO_BYTES32,
} from '@gristmill/protocol'
import { requireSigned } from './receipt.js'
import type { RunResult } from './run/run.js'

/** Thrown when an approval is about another order or another model than the one that waits. */
export class ApprovalMismatchError extends ProtocolError {
  readonly code = 'APPROVAL_MISMATCH'

  constructor(field: 'orderId' | 'releasedHash', expected: Hex, actual: Hex) {
    super(`the approval names the ${field} ${actual}, not ${expected}; look at what waits and sign that`, {
      details: { field, expected, actual },
    })
  }
}

/** What `decideRun` takes. */
export interface DecideRunParams {
  orderId: OrderId
  result: RunResult
  approval: Approval
  signature: Hex
  /** Who owns the data and decides. */
  maker: Address
  /** Of the Orders contract. */
  domain: DomainParams
}

/**
 * A run after its owner's decision: unchanged if approved, otherwise with verdict REVIEW and nothing to release. Throws
 * unless the maker signed exactly this decision.
 */
export function decideRun({ orderId, result, approval, signature, maker, domain }: DecideRunParams): RunResult {
  if (approval.orderId !== orderId) throw new ApprovalMismatchError('orderId', orderId, approval.orderId)
  if (approval.releasedHash !== result.releasedHash) {
    throw new ApprovalMismatchError('releasedHash', result.releasedHash, approval.releasedHash)
  }
  requireSigned('approval', approvalTypedData(domain, approval), signature, maker)
  if (approval.approved || result.verdict !== 'OK') return result
  const { released: _withheld, ...rest } = result
  return { ...rest, verdict: 'REVIEW', releasedHash: ZERO_BYTES32, releasedBytes: 0, metrics: [] }
}
