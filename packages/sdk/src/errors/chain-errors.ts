import { type Hex, ProtocolError } from '@gristmill/protocol'

/** Thrown when the account cannot pay for the gas of a transaction. */
export class InsufficientFundsError extends ProtocolError {
  readonly code = 'INSUFFICIENT_FUNDS' as const

  constructor(cause: unknown) {
    super('The account has not enough of the native coin for gas: send it some, then try again.', { cause })
  }
}

/** Thrown when the wallet's owner refused to sign or to send. */
export class RejectedError extends ProtocolError {
  readonly code = 'REJECTED' as const

  constructor(cause: unknown) {
    super('The wallet refused: confirm the request in the wallet to go on. Nothing was sent.', { cause })
  }
}

/** Thrown when the chain's node cannot be reached or answers nonsense. */
export class ChainUnreachableError extends ProtocolError {
  readonly code = 'CHAIN_UNREACHABLE' as const
  override readonly retryable = true

  constructor(cause: unknown) {
    super('The node of the chain does not answer: check the RPC URL and that the node runs, then try again.', { cause })
  }
}

/** Thrown when a transaction was replaced by another with its nonce, or its nonce was already used. */
export class TransactionReplacedError extends ProtocolError {
  readonly code = 'TRANSACTION_REPLACED' as const
  override readonly retryable = true

  constructor(cause: unknown) {
    super('Another transaction of this account took the place of this one: look at what was sent, then try again.', {
      cause,
    })
  }
}

/** Thrown when a transaction was sent but not confirmed in time; it may still be. */
export class TransactionTimeoutError extends ProtocolError {
  readonly code = 'TRANSACTION_TIMEOUT' as const

  constructor(transactionHash: Hex, timeoutMs: number) {
    super(
      `Transaction ${transactionHash} was sent and is not confirmed after ${timeoutMs} ms: look it up before sending again, it may still be.`,
      { details: { transactionHash, timeoutMs } },
    )
  }
}

/** Thrown when a mined transaction lacks the event that its call always emits: the address is of another contract. */
export class MissingEventError extends ProtocolError {
  readonly code = 'MISSING_EVENT' as const

  constructor(event: string, transactionHash: string) {
    super(
      `Transaction ${transactionHash} emitted no ${event}: the deployment names another contract than it should; check its addresses.`,
      { details: { event, transactionHash } },
    )
  }
}

/** Thrown when a node refuses to tell the logs even of one block. */
export class LogsRefusedError extends ProtocolError {
  readonly code = 'LOGS_REFUSED' as const
  override readonly retryable = true

  constructor(block: number, cause: unknown) {
    super(
      `The node of the chain does not tell the logs of block ${block}, asked for alone and several times: use the RPC URL of a node that keeps and serves logs.`,
      { details: { block }, cause },
    )
  }
}

/** Thrown for failures of the chain's client that have no name of their own. */
export class ChainError extends ProtocolError {
  readonly code = 'CHAIN_ERROR' as const

  constructor(shortMessage: string, cause: unknown) {
    super(`The chain's client failed: ${shortMessage}. Check the parameters; nothing is known to have been sent.`, {
      cause,
    })
  }
}
