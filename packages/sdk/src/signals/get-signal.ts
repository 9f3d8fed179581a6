import type { Address, ListingId } from '@gristmill/protocol'
import { asOfOneBlock } from '../chain/as-of-one-block.js'
import type { Connection } from '../connection.js'

/** What `client.signals.of` takes. */
export interface GetSignalParams {
  listing: ListingId
  /** Default: the client's, if it has one. */
  account?: Address
}

/** Shares that point at a listing, 18 decimals. */
export interface SignalWeight {
  /** Those that earn. */
  active: bigint
  /** Those that wait for their day. */
  pending: bigint
}

/** The signals on a listing. */
export interface ListingSignal extends SignalWeight {
  /** What waits for the curators until the next flush, units of the asset's decimals. */
  waiting: bigint
  /** Of one account; absent without one. */
  account?: SignalWeight & {
    /** What `claim` would credit now, units of the asset's decimals. */
    claimable: bigint
  }
}

/** The signals on a listing, as of one block. */
export function getSignal(connection: Connection, params: GetSignalParams): Promise<ListingSignal> {
  const { signals, orders } = connection.contracts
  const { listing, account = connection.account } = params
  return asOfOneBlock(connection, async () => {
    const [{ active, pending }, [waiting]] = await Promise.all([signals.totalOf(listing), orders.accrualOf(listing)])
    const total = { active, pending, waiting }
    if (account === undefined) return total
    const [own, claimable] = await Promise.all([
      signals.signalOf(listing, account),
      signals.claimable(listing, account),
    ])
    return { ...total, account: { active: own.active, pending: own.pending, claimable } }
  })
}
