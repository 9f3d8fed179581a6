import type { PaymentStruct } from '@gristmill/abi'
import type { MarketId } from '@gristmill/protocol'
import type { ContractTransactionReceipt } from 'ethers'
import { eventOf } from '../chain/events-of.js'
import { onChain } from '../chain/on-chain.js'
import type { Connection } from '../connection.js'
import { type PaymentMethod, toPayment } from '../payment/to-payment.js'
import type { PollId } from './poll-kind.js'

/** What opening a poll gives. */
export interface OpenPollResult {
  poll: PollId
  /** Unix seconds; last second in which a vote counts. */
  closesAt: number
  /** Shares that have to vote, 18 decimals. */
  quorum: bigint
  /** Put up, units of the asset's decimals. */
  bond: bigint
  receipt: ContractTransactionReceipt
}

/** Pays the bond that the market asks of who opens a poll. */
export async function bondPayment(
  connection: Connection,
  market: MarketId,
  method: PaymentMethod,
): Promise<PaymentStruct> {
  const { asset, challengeBond } = await onChain(() => connection.contracts.markets.pollTermsOf(market))
  const spender = connection.deployment.curation
  return toPayment(connection, { method, token: asset as `0x${string}`, spender, amount: challengeBond })
}

/** What the chain says of a poll that was just opened. */
export function openedPoll(connection: Connection, receipt: ContractTransactionReceipt): OpenPollResult {
  const { curation } = connection.contracts
  const { poll, closesAt, quorum, bond } = eventOf(curation, curation.getEvent('PollOpened'), receipt)
  return { poll: Number(poll), closesAt: Number(closesAt), quorum, bond, receipt }
}
