import type { Address, MarketId } from '@gristmill/protocol'
import { type ContractTransactionReceipt, zeroPadValue } from 'ethers'
import { eventsOf } from '../chain/events-of.js'
import { onChain } from '../chain/on-chain.js'
import { readAllLogs } from '../chain/read-logs.js'
import { send } from '../chain/send.js'
import { type Connection, requireSigner } from '../connection.js'
import { assetOf } from '../markets/asset-of.js'
import { requirePollId } from './get-poll.js'
import type { PollId } from './poll-kind.js'

/** What `client.curation.rewards` takes. */
export interface VoterRewardsParams {
  /** Default: the client's. */
  account?: Address
}

/** What an account can claim for its vote in a poll. */
export interface VoterReward {
  poll: PollId
  market: MarketId
  asset: Address
  /** Units of the asset's decimals, above zero. */
  amount: bigint
}

/** What an account can claim for its votes, over all polls in which it voted. */
export async function voterRewards(connection: Connection, params: VoterRewardsParams = {}): Promise<VoterReward[]> {
  const { deployment, contracts } = connection
  const { curation } = contracts
  const account = params.account ?? requireSigner(connection).account
  const topics = [curation.interface.getEvent('Voted').topicHash, null, zeroPadValue(account, 32)]
  const { curation: address, deployedAtBlock: fromBlock } = deployment
  const logs = await readAllLogs(connection, { address, topics, fromBlock, toBlock: 'latest' })
  const rewards = logs.map(async (log) => {
    const poll = Number(log.topics[1])
    const amount = await onChain(() => curation.claimable(poll, account))
    if (amount === 0n) return []
    const { market } = await onChain(() => curation.get(poll))
    return [{ poll, market: market as MarketId, asset: await assetOf(connection, market as MarketId), amount }]
  })
  return (await Promise.all(rewards)).flat()
}

/** What `client.curation.claim` takes. */
export interface ClaimVotesParams {
  /** Polls that have nothing for the account are skipped. */
  polls: readonly PollId[]
}

/** What `client.curation.claim` gives. */
export interface ClaimVotesResult {
  /** Credited in the Vault, units of the asset's decimals. */
  claimed: { poll: PollId; amount: bigint }[]
  receipt: ContractTransactionReceipt
}

/** Credits the account's part of the losers' bonds in the Vault. */
export async function claimVotes(connection: Connection, { polls }: ClaimVotesParams): Promise<ClaimVotesResult> {
  for (const poll of polls) requirePollId(poll)
  const { curation } = connection.contracts
  const receipt = await send(connection, curation.claim, [...polls])
  const claimed = eventsOf(curation, curation.getEvent('Claimed'), receipt)
  return { claimed: claimed.map(({ poll, amount }) => ({ poll: Number(poll), amount })), receipt }
}
