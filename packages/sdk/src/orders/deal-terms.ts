import { type Address, BPS, type Deal, type Kind, ZERO_ADDRESS } from '@gristmill/protocol'
import type { Datatrust } from '../datatrusts/get-datatrust.js'
import type { ListingRecord } from '../listings/listing-record.js'
import type { Market } from '../markets/get-market.js'

/** The fields of a deal that neither buyer nor datatrust is free to choose. */
export type DealTerms = Omit<Deal, 'buyer' | 'n' | 'placeBy' | 'fulfilWithin'>

/** What `dealTerms` takes. */
export interface DealTermsParams {
  record: ListingRecord
  market: Pick<Market, 'asset' | 'config'>
  datatrust: Pick<Datatrust, 'payout'>
  kind: Kind
  /** Units of the asset's decimals. */
  price: bigint
  /** Who may open disputes on runs and rule on them; default: nobody. */
  arbiter?: Address
  /** The buyer's session key, for a fair exchange; default: there is none. */
  ackKey?: Address
}

/** What a deal has to say for `Orders.place` to take it, as the chain is now: the quoting and the checking side agree here. */
export function dealTerms(params: DealTermsParams): DealTerms {
  const { record, market, datatrust, kind, price, arbiter = ZERO_ADDRESS, ackKey = ZERO_ADDRESS } = params
  const isFair = ackKey !== ZERO_ADDRESS
  const { asset, config } = market
  return {
    listing: record.listing,
    market: record.market,
    asset,
    maker: record.maker,
    operator: datatrust.payout,
    datatrust: record.datatrust,
    price,
    makerBps: config.makerBps,
    operatorBps: config.operatorBps,
    curatorsBps: config.curatorsBps,
    failureBps: config.failureBps,
    compensation: isFair ? (config.minBond * BigInt(config.compensationBps)) / BigInt(BPS) : 0n,
    kind,
    window: kind === 'compute' ? config.disputeWindowSeconds : isFair ? config.complaintWindowSeconds : 0,
    arbiter: kind === 'compute' ? arbiter : ZERO_ADDRESS,
    ackKey,
  }
}
