import { CONTRACT_NAMES, type ContractName, type Deployment, type Hex } from '@gristmill/protocol'
import { CREATIONS, constructorArgumentsOf } from './deploy/creations.js'
import { compilerVersion, contractSources } from './generated/standard-json.js'

export { compilerVersion, standardJson } from './generated/standard-json.js'

/** What a block explorer asks for, beside `standardJson`, to verify one contract. */
export interface ContractVerification {
  readonly contract: ContractName
  readonly address: Deployment[ContractName]
  /** Source and name, as `path/to/File.sol:Name`. */
  readonly fullyQualifiedName: string
  /** ABI-encoded. */
  readonly constructorArguments: Hex
}

/** Everything from which anybody gets the bytecode of a deployment, together with `standardJson`. */
export interface DeploymentVerification {
  readonly chainId: number
  readonly compilerVersion: string
  readonly contracts: readonly ContractVerification[]
}

/** Compiler, names and constructor arguments of the contracts of a deployment. */
export function verificationOf(deployment: Deployment): DeploymentVerification {
  const contracts = CONTRACT_NAMES.map((contract) => {
    const { solidityName } = CREATIONS[contract]
    return {
      contract,
      address: deployment[contract],
      fullyQualifiedName: `${contractSources[solidityName]}:${solidityName}`,
      constructorArguments: constructorArgumentsOf(contract, deployment),
    }
  })
  return { chainId: deployment.chainId, compilerVersion, contracts }
}
