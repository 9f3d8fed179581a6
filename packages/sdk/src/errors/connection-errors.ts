import { type Address, ProtocolError } from '@gristmill/protocol'

/** Thrown when the chain behind the provider is not the one the contracts were deployed on. */
export class WrongChainError extends ProtocolError {
  readonly code = 'WRONG_CHAIN' as const

  constructor(expected: bigint, actual: bigint) {
    super(
      `The provider is on chain ${actual}, the deployment on chain ${expected}: switch the wallet or the RPC URL to chain ${expected}, or pass the deployment of chain ${actual}.`,
      { details: { expected: expected.toString(), actual: actual.toString() } },
    )
  }
}

/** Thrown when an address of the deployment holds no code. */
export class NotDeployedError extends ProtocolError {
  readonly code = 'NOT_DEPLOYED' as const

  constructor(contract: string, address: Address, chainId: bigint) {
    super(
      `There is no code at ${address}, where the deployment says ${contract} is on chain ${chainId}: pass the deployment that belongs to this chain (a local chain that was started afresh has new contracts).`,
      { details: { contract, address, chainId: chainId.toString() } },
    )
  }
}

/** Thrown when a call needs a chain but the runner has no provider. */
export class NoProviderError extends ProtocolError {
  readonly code = 'NO_PROVIDER' as const

  constructor() {
    super('The runner has no provider: connect the signer to one, signer.connect(provider).')
  }
}

/** Thrown when a call has to sign but the client was connected with a provider only. */
export class NoSignerError extends ProtocolError {
  readonly code = 'NO_SIGNER' as const

  constructor() {
    super('This call signs, and the client can only read: connect with a signer as runner.')
  }
}

/** Thrown when a call needs a datatrust but none was named. */
export class NoDatatrustError extends ProtocolError {
  readonly code = 'NO_DATATRUST' as const

  constructor() {
    super('This call needs a datatrust: pass its URL to Client.connect({ datatrust }).')
  }
}

/**
 * Thrown when a parameter cannot be right whatever the chain says.
 *
 * @remedy Correct the parameter that `details.parameter` names, as the message says.
 */
export class InvalidParameterError extends ProtocolError {
  readonly code = 'INVALID_PARAMETER' as const

  constructor(parameter: string, problem: string, details: Readonly<Record<string, unknown>> = {}) {
    super(`${parameter}: ${problem}`, { details: { parameter, ...details } })
  }
}
