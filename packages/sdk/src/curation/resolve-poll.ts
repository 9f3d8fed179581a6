import { dealToChain, goodsHash, type OrderId } from '@gristmill/protocol'
import type { ContractTransactionReceipt } from 'ethers'
import { eventOf } from '../chain/events-of.js'
import { send } from '../chain/send.js'
import type { Connection } from '../connection.js'
import { nameOf } from '../orders/deal-from-chain.js'
import { findDelivered, findPlaced } from '../orders/get-order.js'
import { getPoll, type PollParams } from './get-poll.js'
import { POLL_STATUSES, type PollId, type PollStatus } from './poll-kind.js'

/** What `client.curation.resolve` gives: the parts sum to the bonds, units of the asset's decimals. */
export interface ResolvePollResult {
  status: PollStatus
  toOpener: bigint
  toOpponent: bigint
  /** For all voters, whatever they said; each claims their part. */
  toVoters: bigint
  toBounty: bigint
  receipt: ContractTransactionReceipt
}

/** Ends a poll, of whichever kind; anyone may. What the kind needs beside the poll is read from the chain. */
export async function resolvePoll(connection: Connection, { poll }: PollParams): Promise<ResolvePollResult> {
  const { curation } = connection.contracts
  const receipt = await sendResolution(connection, poll)
  const event = eventOf(curation, curation.getEvent('PollResolved'), receipt)
  const { toOpener, toOpponent, toVoters, toBounty } = event
  return {
    status: nameOf('poll status', POLL_STATUSES, event.status),
    toOpener,
    toOpponent,
    toVoters,
    toBounty,
    receipt,
  }
}

async function sendResolution(connection: Connection, poll: PollId): Promise<ContractTransactionReceipt> {
  const { curation } = connection.contracts
  const { subject } = await getPoll(connection, { poll })
  switch (subject.kind) {
    case 'config':
      return send(connection, curation.resolveConfig, poll, { ...subject.config })
    case 'dispute': {
      const { deal, goods, deliveryHash } = await disputedTerms(connection, subject.orderId)
      return send(connection, curation.resolveDispute, poll, dealToChain(deal), goodsHash(goods), deliveryHash)
    }
    default:
      return send(connection, curation.resolve, poll)
  }
}

async function disputedTerms(connection: Connection, orderId: OrderId) {
  const [{ deal, goods }, { deliveryHash }] = await Promise.all([
    findPlaced(connection, orderId),
    findDelivered(connection, orderId),
  ])
  return { deal, goods, deliveryHash }
}
