import type { Address, DatatrustId, Hex } from '@gristmill/protocol'
import { type Log, toBeHex, zeroPadValue } from 'ethers'
import { onChain } from '../chain/on-chain.js'
import { readAllLogs } from '../chain/read-logs.js'
import type { Connection } from '../connection.js'
import { ChainUnreachableError } from '../errors/chain-errors.js'
import { verifySignature } from '../verify-signature.js'
import { getDatatrust } from './get-datatrust.js'

/** Who signed for a datatrust, and for how long it answers for that. */
export interface DatatrustSigner {
  signer: Address
  /** Unix seconds, the last at which the datatrust answers for a former signer; absent for the present one. */
  answersUntil?: number | undefined
  /** True for the present one, and for a former one until then. */
  isAnsweredFor: boolean
}

export interface FindSignerParams {
  datatrust: DatatrustId
  /** EIP-712 digest of what was signed. */
  digest: Hex
  signature: Hex
}

/** The address of a datatrust, present or former, by which something was signed; undefined if it was somebody else. */
export async function findSigner(
  connection: Connection,
  { datatrust, digest, signature }: FindSignerParams,
): Promise<DatatrustSigner | undefined> {
  const { provider, contracts } = connection
  const { signer } = await getDatatrust(connection, { datatrust })
  if (await verifySignature(provider, { account: signer, digest, signature })) return { signer, isAnsweredFor: true }
  for (const [former, replaced] of await formerSigners(connection, datatrust, signer)) {
    if (!(await verifySignature(provider, { account: former, digest, signature }))) continue
    const isAnsweredFor = await onChain(() => contracts.datatrusts.answersFor(datatrust, former))
    return { signer: former, answersUntil: await lastSecondAfter(connection, replaced), isAnsweredFor }
  }
  return undefined
}

/** Who signed before `present`, each with the log of its last replacement. The contract keeps no list of them: its events tell. */
async function formerSigners(
  connection: Connection,
  datatrust: DatatrustId,
  present: Address,
): Promise<Map<Address, Log>> {
  const { interface: events } = connection.contracts.datatrusts
  const { datatrusts: address, deployedAtBlock: fromBlock } = connection.deployment
  const topics = [events.getEvent('DatatrustUpdated').topicHash, zeroPadValue(toBeHex(datatrust), 32)]
  const logs = await readAllLogs(connection, { address, topics, fromBlock, toBlock: 'latest' })
  const found = new Map<Address, Log>()
  let before: Address | undefined
  for (const log of logs) {
    const signer = events.decodeEventLog('DatatrustUpdated', log.data, log.topics).signer as Address
    if (before !== undefined && before !== signer) found.set(before, log)
    before = signer
  }
  found.delete(present)
  return found
}

async function lastSecondAfter({ contracts, provider }: Connection, replaced: Log): Promise<number> {
  const [block, seconds] = await onChain(() =>
    Promise.all([provider.getBlock(replaced.blockHash), contracts.datatrusts.UNBONDING_SECONDS()]),
  )
  if (block === null) throw new ChainUnreachableError(`no block ${replaced.blockHash}, though a log of it`)
  return block.timestamp + Number(seconds)
}
