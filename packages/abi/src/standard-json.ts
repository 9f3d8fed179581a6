import { type Address, CONTRACT_NAMES, type ContractName, type Deployment, type Hex } from '@gristmill/protocol'
import { CREATIONS, constructorArgumentsOf, librariesOf } from './deploy/creations.js'
import { compilerVersion, contractSources, optimizerRuns, standardJson } from './generated/standard-json.js'

export { compilerVersion } from './generated/standard-json.js'

/** Input of solc: the sources of all contracts, and settings. */
export interface StandardJson {
  readonly language: string
  readonly sources: Readonly<Record<string, { content: string }>>
  readonly settings: Readonly<Record<string, unknown>>
}

/**
 * The exact input of solc that gives the bytecode of a contract. Inputs differ in one setting, `optimizer.runs`, which is lower
 * for the contracts that would be too large otherwise.
 */
export function standardJsonOf(contract: ContractName): StandardJson {
  const optimizer = { ...(standardJson.settings.optimizer as object), runs: runsOf(contract) }
  return { ...standardJson, settings: { ...standardJson.settings, optimizer } }
}

/** What a block explorer asks for, beside the standard JSON, to verify one contract. */
export interface ContractVerification {
  readonly contract: ContractName
  readonly address: Deployment[ContractName]
  /** Source and name, as `path/to/File.sol:Name`. */
  readonly fullyQualifiedName: string
  /** Of the optimizer, as in `standardJsonOf(contract)`. */
  readonly optimizerRuns: number
  /** ABI-encoded. */
  readonly constructorArguments: Hex
  /** Addresses of the libraries that it is linked with, by source and name, as `path/to/File.sol:Name`. */
  readonly libraries: Readonly<Record<string, Address>>
}

/** Everything from which anybody gets the bytecode of a deployment, together with `standardJsonOf`. */
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
      optimizerRuns: runsOf(contract),
      constructorArguments: constructorArgumentsOf(contract, deployment),
      libraries: Object.fromEntries(librariesOf(contract).map((name) => [fullNameOf(name), deployment[name]])),
    }
  })
  return { chainId: deployment.chainId, compilerVersion, contracts }
}

function runsOf(contract: ContractName): number {
  return optimizerRuns[CREATIONS[contract].solidityName]!
}

function fullNameOf(contract: ContractName): string {
  const { solidityName } = CREATIONS[contract]
  return `${contractSources[solidityName]}:${solidityName}`
}
