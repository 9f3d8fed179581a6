import { type Address, CONTRACT_NAMES, type ContractName, type Deployment } from '@gristmill/protocol'
import type { Provider, Signer } from 'ethers'
import { type Addresses, predictAddresses } from './creations.js'
import { deployContract } from './deploy-contract.js'
import { DeploymentMismatchError, DeploymentTimeoutError } from './deployment-errors.js'
import { beginRecord, type DeploymentRecord, requireContinuable } from './deployment-record.js'
import { requireOpcodes } from './require-opcodes.js'
import { runtimeFault } from './runtime-code.js'

/** How to deploy; every field may be left out. */
export interface DeployOptions {
  /** Of an earlier run, to go on with. */
  record?: DeploymentRecord
  /** Keeps a record before and after each transaction; must have it on the disk when it returns. */
  save?: (record: DeploymentRecord) => Promise<void> | void
  /** Called for each contract, in order, when it is in a block. */
  onDeployed?: (contract: ContractName, address: Address) => void
  /** Blocks, its own included, that the last contract must have; default: 1. */
  confirmations?: number
  /** How long a transaction may wait before it is sent again at a higher fee, ms; default: two minutes. */
  replaceAfterMs?: number
  /** How long one step may take altogether, ms; default: ten minutes. */
  timeoutMs?: number
  /** Longest pause between two looks at the chain, ms; default: one second. */
  pollIntervalMs?: number
}

/** One run of a deployment. */
export interface DeploymentRun {
  readonly signer: Signer
  readonly provider: Provider
  readonly deployer: Address
  readonly addresses: Addresses
  readonly replaceAfterMs: number
  readonly timeoutMs: number
  readonly pollIntervalMs: number
  record: DeploymentRecord
  readonly save: (record: DeploymentRecord) => Promise<void>
}

/**
 * Deploys the contracts, a transaction each; the last one checks that all know each other. With the `record` of a run
 * that ended before its time it goes on from there: what is on the chain stays, what is missing is sent.
 */
export async function deployGristmill(signer: Signer, options: DeployOptions = {}): Promise<Deployment> {
  const deployer = (await signer.getAddress()) as Address
  // Fails, as ethers says, if the signer is not connected to a provider.
  await signer.getNonce('pending')
  const provider = signer.provider!
  const chainId = Number((await provider.getNetwork()).chainId)
  await requireOpcodes(provider, chainId)
  if (options.record !== undefined) await requireContinuable(provider, options.record, { deployer, chainId })
  const record = options.record ?? (await beginRecord(provider, deployer, chainId))
  const run: DeploymentRun = {
    signer,
    provider,
    deployer,
    addresses: predictAddresses(deployer, record.firstNonce),
    replaceAfterMs: options.replaceAfterMs ?? 120_000,
    timeoutMs: options.timeoutMs ?? 600_000,
    pollIntervalMs: options.pollIntervalMs ?? 1_000,
    record,
    save: async (changed) => {
      run.record = changed
      await options.save?.(changed)
    },
  }
  await run.save(record)
  await deployAll(run, options)
  return { chainId, deployedAtBlock: await deployedAtBlock(run), ...run.addresses }
}

async function deployAll(run: DeploymentRun, { confirmations = 1, onDeployed }: DeployOptions): Promise<void> {
  let announced = 0
  let seenAtBlock: number | undefined
  const giveUpAt = () => performance.now() + run.timeoutMs
  let deadline = giveUpAt()
  for (;;) {
    const found = await countDeployed(run)
    for (; announced < found; announced++) {
      const contract = CONTRACT_NAMES[announced]!
      onDeployed?.(contract, run.addresses[contract])
    }
    const missing = CONTRACT_NAMES[found]
    if (missing !== undefined) {
      await deployContract(run, missing)
      // A chain that took blocks back has them counted anew.
      seenAtBlock = undefined
      deadline = giveUpAt()
      continue
    }
    const blockNumber = await run.provider.getBlockNumber()
    seenAtBlock ??= blockNumber
    if (blockNumber - seenAtBlock + 1 >= confirmations) return
    if (performance.now() > deadline) {
      throw new DeploymentTimeoutError(`the confirmation ${confirmations} of the last contract`, run.timeoutMs)
    }
    await new Promise((resolve) => setTimeout(resolve, run.pollIntervalMs))
  }
}

/** How many contracts, from the first, are on the chain; what is there must be ours. */
async function countDeployed({ provider, addresses }: DeploymentRun): Promise<number> {
  const codes = await Promise.all(CONTRACT_NAMES.map((contract) => provider.getCode(addresses[contract])))
  for (const [index, contract] of CONTRACT_NAMES.entries()) {
    const code = codes[index]!
    if (code === '0x') return index
    const fault = runtimeFault(contract, code, addresses)
    if (fault !== undefined) throw new DeploymentMismatchError(contract, addresses[contract], fault)
  }
  return CONTRACT_NAMES.length
}

/** The block of the first contract, or the first one that can be it if its transaction is not known. */
async function deployedAtBlock({ provider, addresses, record }: DeploymentRun): Promise<number> {
  const hash = record.transactions.vault?.hash
  const receipt = hash === undefined ? null : await provider.getTransactionReceipt(hash)
  return receipt?.contractAddress === addresses.vault ? receipt.blockNumber : record.startedAtBlock + 1
}
