import type { Address, ListingId, MarketId } from '@gristmill/protocol'
import { type ContractTransactionReceipt, zeroPadValue } from 'ethers'
import { eventsOf } from '../chain/events-of.js'
import { onChain } from '../chain/on-chain.js'
import { readAllLogs } from '../chain/read-logs.js'
import { send } from '../chain/send.js'
import { type Connection, requireSigner } from '../connection.js'
import { getListingRecord } from '../listings/listing-record.js'
import { assetOf } from '../markets/asset-of.js'
import type { SignalWeight } from './get-signal.js'

/** What `client.signals.rewards` takes. */
export interface SignalRewardsParams {
  /** Default: the client's. */
  account?: Address
}

/** What an account's signal on a listing is, and has earned. */
export interface SignalReward extends SignalWeight {
  listing: ListingId
  market: MarketId
  asset: Address
  /** What `claim` would credit now, units of the asset's decimals. */
  amount: bigint
}

/** Every listing on which an account has a signal, or earnings of one. */
export async function signalRewards(connection: Connection, params: SignalRewardsParams = {}): Promise<SignalReward[]> {
  const { deployment, contracts } = connection
  const { signals } = contracts
  const account = params.account ?? requireSigner(connection).account
  const topics = [signals.interface.getEvent('Signalled').topicHash, null, zeroPadValue(account, 32)]
  const { signals: address, deployedAtBlock: fromBlock } = deployment
  const logs = await readAllLogs(connection, { address, topics, fromBlock, toBlock: 'latest' })
  const listings = [...new Set(logs.map((log) => log.topics[1] as ListingId))]
  const rewards = listings.map(async (listing) => {
    const [amount, { active, pending }] = await onChain(() =>
      Promise.all([signals.claimable(listing, account), signals.signalOf(listing, account)]),
    )
    if (amount === 0n && active === 0n && pending === 0n) return []
    const { market } = await getListingRecord(connection, { listing })
    return [{ listing, market, asset: await assetOf(connection, market), amount, active, pending }]
  })
  return (await Promise.all(rewards)).flat()
}

/** What `client.signals.claim` takes. */
export interface ClaimSignalsParams {
  listings: readonly ListingId[]
}

/** What `client.signals.claim` gives. */
export interface ClaimSignalsResult {
  /** Credited in the Vault, units of the asset's decimals; without listings that had nothing. */
  claimed: { listing: ListingId; amount: bigint }[]
  receipt: ContractTransactionReceipt
}

/** Flushes these listings and credits what the account's signals have earned in the Vault. */
export async function claimSignals(
  connection: Connection,
  { listings }: ClaimSignalsParams,
): Promise<ClaimSignalsResult> {
  const { signals } = connection.contracts
  const receipt = await send(connection, signals.claim, [...listings])
  const claimed = eventsOf(signals, signals.getEvent('SignalClaimed'), receipt)
  return { claimed: claimed.map(({ listing, amount }) => ({ listing: listing as ListingId, amount })), receipt }
}
