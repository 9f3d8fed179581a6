import { CONTRACT_NAMES, type ContractName, type Hex } from '@gristmill/protocol'
import { isError } from 'ethers'
import { initCodeOf } from './creations.js'
import type { DeploymentRun } from './deploy-gristmill.js'
import { DeploymentFailedError, DeploymentNonceError, DeploymentTimeoutError } from './deployment-errors.js'
import type { Fees } from './deployment-record.js'
import { feesNow } from './fees.js'
import { withMargin } from './gas-margin.js'

const FIRST_PAUSE_MS = 25
/** A node may know a nonce as used and not yet what the transaction did. */
const LOOKS_FOR_CODE = 6

/**
 * Makes one contract with the nonce that its address was computed from. However often its transaction is sent, at most
 * one is mined: they share the nonce.
 */
export async function deployContract(run: DeploymentRun, contract: ContractName): Promise<void> {
  const startedAtMs = performance.now()
  const nonce = nonceOf(run, contract)
  if (!(await isWaiting(run, contract))) await send(run, contract)
  for (;;) {
    if (await isNonceUsed(run, nonce)) return await requireCode(run, contract)
    if (performance.now() - startedAtMs > run.timeoutMs) {
      throw new DeploymentTimeoutError(`the transaction that makes the contract ${contract}`, run.timeoutMs)
    }
    await send(run, contract)
  }
}

const nonceOf = ({ record }: DeploymentRun, contract: ContractName): number =>
  record.firstNonce + CONTRACT_NAMES.indexOf(contract)

/** True if the node has the transaction that the record knows, mined or not. */
async function isWaiting({ provider, record }: DeploymentRun, contract: ContractName): Promise<boolean> {
  const hash = record.transactions[contract]?.hash
  return hash !== undefined && (await provider.getTransaction(hash)) !== null
}

/** Sends the transaction that makes a contract, at a higher fee than the one before it. */
async function send(run: DeploymentRun, contract: ContractName): Promise<void> {
  const { signer, provider, deployer, addresses } = run
  const nonce = nonceOf(run, contract)
  const data = initCodeOf(contract, addresses)
  const fees = await feesNow(provider, run.record.transactions[contract]?.fees)
  const gasLimit = withMargin(await provider.estimateGas({ from: deployer, data }))
  await note(run, contract, fees)
  const type = 'gasPrice' in fees ? 0 : 2
  try {
    const response = await signer.sendTransaction({ data, nonce, gasLimit, type, ...fees })
    // A signer that picks its own nonces may have ignored ours.
    if (response.nonce !== nonce) throw new DeploymentNonceError(contract, deployer, nonce)
    await note(run, contract, fees, response.hash as Hex)
  } catch (error) {
    // One of an earlier run waits or was mined: what the chain shows next decides.
    if (!isTaken(error)) throw error
  }
}

function isTaken(error: unknown): boolean {
  if (isError(error, 'NONCE_EXPIRED') || isError(error, 'REPLACEMENT_UNDERPRICED')) return true
  return error instanceof Error && /already known|known transaction|already imported/i.test(error.message)
}

function note(run: DeploymentRun, contract: ContractName, fees: Fees, hash?: Hex): Promise<void> {
  const { record } = run
  const transaction = hash === undefined ? { ...record.transactions[contract], fees } : { fees, hash }
  return run.save({ ...record, transactions: { ...record.transactions, [contract]: transaction } })
}

/** Waits for the nonce to be used, as long as a transaction may wait. */
async function isNonceUsed(run: DeploymentRun, nonce: number): Promise<boolean> {
  const { provider, deployer, replaceAfterMs, pollIntervalMs } = run
  const waitUntil = performance.now() + replaceAfterMs
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, pollIntervalMs)) {
    if ((await provider.getTransactionCount(deployer, 'latest')) > nonce) return true
    if (performance.now() > waitUntil) return false
    await pause(pauseMs)
  }
}

/** Throws unless the used nonce made the contract. That the code is the right one is checked by the caller. */
async function requireCode(run: DeploymentRun, contract: ContractName): Promise<void> {
  const { provider, deployer, addresses, record, pollIntervalMs } = run
  const hash = record.transactions[contract]?.hash
  for (let look = 0; look < LOOKS_FOR_CODE; look++) {
    if (look > 0) await pause(pollIntervalMs)
    if ((await provider.getCode(addresses[contract])) !== '0x') return
    const receipt = hash === undefined ? null : await provider.getTransactionReceipt(hash)
    if (receipt?.status === 0) throw new DeploymentFailedError(contract, receipt.hash)
  }
  throw new DeploymentNonceError(contract, deployer, nonceOf(run, contract))
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
