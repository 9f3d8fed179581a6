import { type Address, type ContractName, ProtocolError } from '@gristmill/protocol'

/** The deployer's account used a nonce for something else, so the contracts would not find each other. */
export class DeploymentNonceError extends ProtocolError {
  readonly code = 'DEPLOYMENT_NONCE' as const

  constructor(contract: ContractName, deployer: string, nonce: number, cause?: unknown) {
    super(
      `account ${deployer} used nonce ${nonce}, meant for the contract ${contract}, for another transaction; ` +
        'start the deployment anew, without its record, from an account that sends nothing else meanwhile',
      { details: { contract, deployer, nonce }, cause },
    )
  }
}

/** The transaction that was to make a contract is in a block and failed. */
export class DeploymentFailedError extends ProtocolError {
  readonly code = 'DEPLOYMENT_FAILED' as const

  constructor(contract: ContractName, transactionHash: string) {
    super(
      `transaction ${transactionHash}, which was to make the contract ${contract}, failed on chain; ` +
        'look it up on a block explorer, then start the deployment anew, without its record',
      { details: { contract, transactionHash } },
    )
  }
}

/** A deployment's record cannot be continued here. */
export class DeploymentRecordError extends ProtocolError {
  readonly code = 'DEPLOYMENT_RECORD' as const

  constructor(problem: string, details: Readonly<Record<string, unknown>>) {
    super(`the record of the deployment ${problem}; continue where it was begun, or start anew without the record`, {
      details,
    })
  }
}

/** Something else than the expected contract is at an address. */
export class DeploymentMismatchError extends ProtocolError {
  readonly code = 'DEPLOYMENT_MISMATCH' as const

  constructor(contract: ContractName, address: Address, fault: string) {
    super(
      `the contract ${contract} at ${address} ${fault}: check the addresses and the chain, ` +
        'or use the version of Gristmill that deployed it',
      { details: { contract, address, fault } },
    )
  }
}

/** The chain cannot execute what the contracts are compiled to. */
export class ChainUnsupportedError extends ProtocolError {
  readonly code = 'CHAIN_UNSUPPORTED' as const

  constructor(chainId: number, missing: string) {
    super(
      `chain ${chainId} does not know ${missing}, which the contracts need; nothing was sent: ` +
        'use a chain on which the hardfork Cancun is active',
      { details: { chainId, missing } },
    )
  }
}

/** A transaction was not mined in time; it may still be. */
export class DeploymentTimeoutError extends ProtocolError {
  readonly code = 'DEPLOYMENT_TIMEOUT' as const
  override readonly retryable = true

  constructor(what: string, timeoutMs: number) {
    super(`${what} is not in a block after ${Math.round(timeoutMs / 1000)} s: run the same again to go on from here`, {
      details: { what, timeoutMs },
    })
  }
}
