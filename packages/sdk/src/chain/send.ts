import type { TypedContractMethod } from '@gristmill/abi'
import type { Address, Hex } from '@gristmill/protocol'
import {
  type ContractMethod,
  type ContractTransactionReceipt,
  type ContractTransactionResponse,
  isCallException,
  type Provider,
} from 'ethers'
import { type Connection, requireSigner } from '../connection.js'
import { ChainUnreachableError, TransactionReplacedError, TransactionTimeoutError } from '../errors/chain-errors.js'
import { toTypedError } from '../errors/to-typed-error.js'

/** Longest wait for one confirmation. */
const CONFIRMATION_TIMEOUT_MS = 180_000

/** Between two looks, where the provider does not say how often it polls. */
const LOOK_MS = 1_000

/** How long a nonce may be used before its block shows the transaction: a node's parts may be behind each other. */
const REPLACED_MS = 10_000

/** How long a node may go on answering with a nonce that was just used. */
const STALE_NONCE_MS = 1_000

const lastNonces = new WeakMap<Connection, { nonce: number; sentAt: number }>()

/** Sends a call and waits for one confirmation; whatever goes wrong is a typed error. */
export async function send<A extends unknown[], R extends unknown[]>(
  connection: Connection,
  method: TypedContractMethod<A, R, 'nonpayable'>,
  ...args: A
): Promise<ContractTransactionReceipt> {
  requireSigner(connection)
  try {
    const called = method as unknown as ContractMethod
    const response = await connection.sending(() => sendNow(connection, called, args))
    const progress = { ...nameOf(connection, called, response.to), transactionHash: response.hash as Hex }
    connection.hooks?.onTransaction?.({ state: 'sent', ...progress })
    const receipt = await confirmed(connection.provider, response)
    connection.hooks?.onTransaction?.({ state: 'confirmed', ...progress })
    return receipt
  } catch (error) {
    throw toTypedError(error)
  }
}

async function sendNow(
  connection: Connection,
  method: ContractMethod,
  args: readonly unknown[],
): Promise<ContractTransactionResponse> {
  const { signer } = requireSigner(connection)
  const estimate = await method.estimateGas(...args)
  // The drip of a market moves with time: the block that mines this may do more than the estimate saw.
  const gasLimit = estimate + estimate / 4n + 20_000n
  await announce(connection, method, args, { gasEstimate: estimate, gasLimit })
  const last = lastNonces.get(connection)
  let nonce = await signer.getNonce('pending')
  if (last !== undefined && Date.now() - last.sentAt < STALE_NONCE_MS) nonce = Math.max(nonce, last.nonce + 1)
  const response = await method.send(...args, { gasLimit, nonce })
  lastNonces.set(connection, { nonce, sentAt: Date.now() })
  return response
}

/** Lets the application look at the transaction, and stop it. */
async function announce(
  connection: Connection,
  method: ContractMethod,
  args: readonly unknown[],
  gas: { gasEstimate: bigint; gasLimit: bigint },
): Promise<void> {
  const { beforeSign } = connection.hooks ?? {}
  if (beforeSign === undefined) return
  const { to } = await method.populateTransaction(...args)
  const named = Object.fromEntries(method.fragment.inputs.map(({ name }, index) => [name, args[index]]))
  await beforeSign({
    kind: 'transaction',
    ...nameOf(connection, method, to),
    address: to as Address,
    args: named,
    ...gas,
  })
}

/** How the contract is called in the deployment. */
function nameOf({ deployment }: Connection, { fragment }: ContractMethod, to: string | null) {
  const entry = Object.entries(deployment).find(([, value]) => String(value).toLowerCase() === to?.toLowerCase())
  return { contract: entry?.[0] ?? 'token', function: fragment.name }
}

/**
 * Looks by itself: `response.wait()` has ethers look from listeners, and what fails there reaches nobody, which ends a program of
 * Node; nor does it end when the provider does. What was sent is still waited for when the node does not answer.
 */
async function confirmed(
  provider: Provider,
  response: ContractTransactionResponse,
): Promise<ContractTransactionReceipt> {
  const sentAt = performance.now()
  let lastOpenAt = sentAt
  while (performance.now() - sentAt < CONFIRMATION_TIMEOUT_MS) {
    const seen = await look(provider, response)
    if (typeof seen === 'object') return seen
    const now = performance.now()
    if (seen !== 'nonce used') lastOpenAt = now
    if (now - lastOpenAt > REPLACED_MS) throw new TransactionReplacedError(new Error(`${response.hash} is in no block`))
    await new Promise((resolve) => setTimeout(resolve, lookMsOf(provider)))
  }
  throw new TransactionTimeoutError(response.hash as Hex, CONFIRMATION_TIMEOUT_MS)
}

async function look(
  provider: Provider,
  response: ContractTransactionResponse,
): Promise<ContractTransactionReceipt | 'nonce used' | 'open' | 'silence'> {
  try {
    const receipt = await response.wait(0)
    if (receipt !== null) return receipt
    return (await provider.getTransactionCount(response.from)) > response.nonce ? 'nonce used' : 'open'
  } catch (error) {
    if (isCallException(error)) await replay(provider, response)
    if (toTypedError(error) instanceof ChainUnreachableError) return 'silence'
    throw error
  }
}

/** As often as a provider that polls does it. */
function lookMsOf(provider: Provider): number {
  const { pollingInterval } = provider as { pollingInterval?: unknown }
  return typeof pollingInterval === 'number' ? pollingInterval : LOOK_MS
}

/** A failed transaction has no revert data; the same call on the block before tells it, by throwing it. */
async function replay(provider: Provider, { from, to, data, hash }: ContractTransactionResponse): Promise<void> {
  const receipt = await provider.getTransactionReceipt(hash)
  if (receipt !== null) await provider.call({ from, to, data, blockTag: receipt.blockNumber - 1 })
}
