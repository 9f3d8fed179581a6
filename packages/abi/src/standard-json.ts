import { type Address, CONTRACT_NAMES, type ContractName, type Deployment, type Hex } from '@gristmill/protocol'
import { CREATIONS, constructorArgumentsOf, librariesOf } from './deploy/creations.js'
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
  /** Addresses of the libraries that it is linked with, by source and name, as `path/to/File.sol:Name`. */
  readonly libraries: Readonly<Record<string, Address>>
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
    return {
      contract,
      address: deployment[contract],
      fullyQualifiedName: fullNameOf(contract),
      constructorArguments: constructorArgumentsOf(contract, deployment),
      libraries: Object.fromEntries(librariesOf(contract).map((name) => [fullNameOf(name), deployment[name]])),
    }
  })
  return { chainId: deployment.chainId, compilerVersion, contracts }
}

function fullNameOf(contract: ContractName): string {
  const { solidityName } = CREATIONS[contract]
  return `${contractSources[solidityName]}:${solidityName}`
}
