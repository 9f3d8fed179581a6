import { Client } from '@gristmill/sdk'
import { nodeJsonRpcProvider } from '@gristmill/sdk/node'
import { formatEther } from 'ethers'
import type { Config } from '../config/config.js'
import { type Finding, fail, failed, ok, warn } from './finding.js'

/** Gas of marking an order, and how many the signer should be able to pay for. */
const MARK_GAS = 150_000n
const MARKS = 20n
const TIMEOUT_MS = 15_000
/** A chain whose last block is older than that may have stopped, or the node may lag, seconds. */
const STALE_SECONDS = 600

/** The node is on the right chain, the contracts are there, the datatrust is registered, its signer can pay. */
export async function examineChain(
  { chain, datatrust }: Config,
  at = Math.floor(Date.now() / 1000),
): Promise<{ findings: Finding[]; headAt?: number }> {
  const { rpcUrl, chainId, deployment } = chain
  const provider = nodeJsonRpcProvider(rpcUrl)
  const remedy = 'Start the node, or correct DATATRUST_RPC_URL.'
  try {
    const network = await inTime(provider.getNetwork())
    if (network.chainId !== chainId) {
      return { findings: [fail('chain', `the node is on chain ${network.chainId}, not ${chainId}`, remedy)] }
    }
    for (const [name, address] of Object.entries(deployment)) {
      if (typeof address !== 'string' || !/^0x[0-9a-f]{40}$/i.test(address) || BigInt(address) === 0n) continue
      if ((await inTime(provider.getCode(address))) === '0x') {
        const wrong = `there is no contract ${name} at ${address}`
        return {
          findings: [fail('chain', wrong, 'Correct DATATRUST_DEPLOYMENT_FILE, or wait until the node has synced.')],
        }
      }
    }
    const head = await inTime(provider.getBlock('latest'))
    const headAt = head?.timestamp ?? 0
    const age = at - headAt
    const found = `chain ${chainId}, block ${head?.number}, the contracts are there`
    const findings = [
      age > STALE_SECONDS
        ? warn(
            'chain',
            `${found}, but the last block is ${age} s old`,
            'See whether the node has peers and is in sync.',
          )
        : ok('chain', found),
    ]
    const client = await inTime(Client.connect({ runner: provider, deployment }))
    const registered = await inTime(client.datatrusts.get({ datatrust })).catch(() => undefined)
    if (registered === undefined) {
      findings.push(
        fail(
          'signer',
          `there is no datatrust ${datatrust} on chain`,
          'Say gristmill datatrust register, or correct the number.',
        ),
      )
      return { findings, headAt }
    }
    const { signer } = registered
    const [balance, fees] = await inTime(Promise.all([provider.getBalance(signer), provider.getFeeData()]))
    const needed = MARKS * MARK_GAS * (fees.maxFeePerGas ?? fees.gasPrice ?? 0n)
    const has = `${signer} has ${formatEther(balance)} of the native coin`
    const send = `Send it ${formatEther(needed)} or more.`
    if (balance === 0n) findings.push(fail('signer', `${has}: it can mark no order`, send))
    else if (balance < needed) findings.push(warn('signer', `${has}, too little to mark ${MARKS} orders`, send))
    else findings.push(ok('signer', `${has}, enough to mark ${MARKS} orders and more`))
    return { findings, headAt }
  } catch (error) {
    return { findings: [failed('chain', error, remedy)] }
  } finally {
    provider.destroy()
  }
}

function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`the node did not answer within ${TIMEOUT_MS / 1000} s`)), TIMEOUT_MS)
  })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}
