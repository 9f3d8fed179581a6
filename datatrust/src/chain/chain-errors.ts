import { type DatatrustId, type Hex, ProtocolError } from '@gristmill/protocol'

/** Thrown at start when the chain knows this datatrust by other keys than it holds. */
export class IdentityMismatchError extends ProtocolError {
  readonly code = 'IDENTITY_MISMATCH' as const

  constructor(datatrust: DatatrustId, field: 'signer' | 'keyFingerprint', expected: string, actual: string) {
    super(
      `On chain datatrust ${datatrust} has the ${field} ${expected}, the key files give ${actual}. ` +
        'Use the key files it was registered with, or update the registration.',
      { details: { datatrust, field, expected, actual } },
    )
  }
}

/** Thrown at start when no datatrust has the configured number. */
export class DatatrustUnknownError extends ProtocolError {
  readonly code = 'DATATRUST_UNKNOWN' as const

  constructor(datatrust: DatatrustId, cause: unknown) {
    super(`No datatrust ${datatrust} is registered on this chain. Check DATATRUST_ID, or register first.`, {
      details: { datatrust },
      cause,
    })
  }
}

/** Thrown when the node of the chain does not answer in time. */
export class ChainTimeoutError extends ProtocolError {
  readonly code = 'CHAIN_TIMEOUT' as const
  override readonly retryable = true

  constructor(timeoutMs: number) {
    super(`The node of the chain did not answer for ${timeoutMs} ms. Check the RPC URL and that the node runs.`, {
      details: { timeoutMs },
    })
  }
}

/** Thrown when the chain no longer has a block whose events it just told; the next look starts again. */
export class BlockGoneError extends ProtocolError {
  readonly code = 'BLOCK_GONE' as const
  override readonly retryable = true

  constructor(blockHash: Hex) {
    super(`The chain has no block ${blockHash} any more. Read its events again.`, { details: { blockHash } })
  }
}

/** Thrown while two endpoints of the chain show different blocks: nothing is delivered on either's word. */
export class ChainDisagreementError extends ProtocolError {
  readonly code = 'CHAIN_DISAGREEMENT' as const
  override readonly retryable = true

  constructor(blockNumber: number) {
    super(
      `This datatrust's sources disagree about block ${blockNumber} of the chain. Nothing is delivered until they agree.`,
      {
        details: { blockNumber },
      },
    )
  }
}

/** Thrown at start when payments have to be final by the chain's own word, and the node has no such word. */
export class FinalityUnknownError extends ProtocolError {
  readonly code = 'FINALITY_UNKNOWN' as const

  constructor() {
    super('The node of the chain names no finalized block. Give numbers of confirmations in DATATRUST_FINALITY.')
  }
}
