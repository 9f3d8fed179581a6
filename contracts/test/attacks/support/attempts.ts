import { deployContract, type Signer } from '../../support/chain.ts'
import type { Contract } from '../../support/contract.ts'

/** An attacker's account: see contracts/Attempts.sol. */
export type Attempts = Contract & {
  /** Which calls of the last `run` succeeded, in order. */
  outcomes(): Promise<boolean[]>
  /** Selectors of the errors of those that failed. */
  errors(): Promise<string[]>
}

export async function deployAttempts(deployer: Signer): Promise<Attempts> {
  return (await deployContract('Attempts', [], deployer)) as Attempts
}
