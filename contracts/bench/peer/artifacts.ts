import { createRequire } from 'node:module'
import {
  type BaseContract,
  type BaseContractMethod,
  Contract,
  ContractFactory,
  type ContractTransactionResponse,
} from 'ethers'
import type { Account } from '../../test/trade/world.ts'

const require = createRequire(import.meta.url)

interface Published {
  abi: []
  bytecode: string
}

// biome-ignore-start lint/suspicious/noExplicitAny: arguments and results are those of whatever method is named
type Call = BaseContractMethod<any[], any, ContractTransactionResponse>
type View = BaseContractMethod<any[], any, any>
// biome-ignore-end lint/suspicious/noExplicitAny: as above

type CallName =
  | 'addFactory'
  | 'addFixedRateContract'
  | 'addTokenTemplate'
  | 'approve'
  | 'authorize'
  | 'buyDT'
  | 'buyFromFreAndOrder'
  | 'cancelExpiredLock'
  | 'claimLock'
  | 'claimLocks'
  | 'collectBT'
  | 'createLock'
  | 'createNftWithErc20WithFixedRate'
  | 'depositWithPermit'
  | 'setMetaData'
  | 'startMultipleTokenOrder'
  | 'startOrder'
  | 'withdraw'
type ViewName = 'calcBaseInGivenOutDT' | 'getExchange' | 'getUserFunds'

/** A contract of the peer with the methods that the bench calls. */
export type PeerContract = { connect(account: Account): PeerContract } & BaseContract &
  Record<CallName, Call> &
  Record<ViewName, View>

/** What the package publishes of a contract, by its path below `artifacts/contracts`. */
function published(path: string): Published {
  return require(`@oceanprotocol/contracts/artifacts/contracts/${path}.json`) as Published
}

/** Deploys published bytecode as it is. */
export async function deployPublished(deployer: Account, path: string, ...args: unknown[]): Promise<PeerContract> {
  const { abi, bytecode } = published(path)
  const contract = await new ContractFactory(abi, bytecode, deployer).deploy(...args)
  await contract.waitForDeployment()
  return contract as unknown as PeerContract
}

/** A published contract at an address, called by `account`. */
export function publishedAt(path: string, address: string, account: Account): PeerContract {
  return new Contract(address, published(path).abi, account) as unknown as PeerContract
}
