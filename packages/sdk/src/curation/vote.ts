import type { Address } from '@gristmill/protocol'
import type { ContractTransactionReceipt } from 'ethers'
import { asOfOneBlock } from '../chain/as-of-one-block.js'
import { eventOf, eventsOf } from '../chain/events-of.js'
import { send } from '../chain/send.js'
import { type Connection, requireSigner } from '../connection.js'
import { requirePollId } from './get-poll.js'
import type { PollId } from './poll-kind.js'

/** What `client.curation.vote` takes. */
export interface VoteParams {
  poll: PollId
  isYes: boolean
}

/** What `client.curation.vote` gives. */
export interface VoteResult {
  /** Shares, 18 decimals; they stay with the account until the latest end that the poll can have. */
  weight: bigint
  /** Unix seconds; present if this vote brought the quorum late and so moved the end. */
  extendedTo?: number
  receipt: ContractTransactionReceipt
}

/** Votes with everything the account has; once, for good. */
export async function vote(connection: Connection, { poll, isYes }: VoteParams): Promise<VoteResult> {
  requirePollId(poll)
  const { curation } = connection.contracts
  const receipt = await send(connection, curation.vote, poll, isYes)
  const { weight } = eventOf(curation, curation.getEvent('Voted'), receipt)
  const [extended] = eventsOf(curation, curation.getEvent('PollExtended'), receipt)
  return { weight, ...(extended === undefined ? {} : { extendedTo: Number(extended.closesAt) }), receipt }
}

/** What `client.curation.voteOf` takes. */
export interface VoteOfParams {
  poll: PollId
  /** Default: the client's. */
  account?: Address
}

/** Where an account stands in a poll. */
export interface AccountVote {
  /** With which it would vote now, or has voted; shares, 18 decimals. */
  weight: bigint
  /** What it said; absent: nothing yet. */
  isYes?: boolean
  /** What `claim` would credit now, units of the asset's decimals. */
  claimable: bigint
}

/** Where an account stands in a poll. */
export function voteOf(connection: Connection, params: VoteOfParams): Promise<AccountVote> {
  requirePollId(params.poll)
  const { curation } = connection.contracts
  const account = params.account ?? requireSigner(connection).account
  return asOfOneBlock(connection, async () => {
    const [cast, weight, claimable] = await Promise.all([
      curation.voteOf(params.poll, account),
      curation.weightOf(params.poll, account),
      curation.claimable(params.poll, account),
    ])
    return cast.weight === 0n ? { weight, claimable } : { weight: cast.weight, isYes: cast.isYes, claimable }
  })
}
