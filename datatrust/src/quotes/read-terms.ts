import type { Deal, Kind } from '@gristmill/protocol'
import type { ListingRecord } from '@gristmill/sdk'
import type { Context } from '../context.js'
import { NotOfferedError } from '../listings/listing-errors.js'
import { BondTooLowError } from './quote-errors.js'

type Terms = Pick<
  Deal,
  | 'market'
  | 'asset'
  | 'maker'
  | 'operator'
  | 'datatrust'
  | 'price'
  | 'makerBps'
  | 'operatorBps'
  | 'curatorsBps'
  | 'failureBps'
  | 'kind'
  | 'window'
>

/** The money side of a deal as the chain has it now. */
export async function readTerms(ctx: Context, record: ListingRecord, kind: Kind): Promise<Terms> {
  const { client } = ctx.chain
  const { datatrust } = ctx.config
  const price = record.prices[kind]
  if (price === undefined) throw new NotOfferedError(record.listing, kind)
  const [{ asset, config }, registered] = await Promise.all([
    client.markets.get({ market: record.market }),
    client.datatrusts.get({ datatrust }),
  ])
  const bond = registered.asset === asset ? registered.bond : 0n
  if (bond < config.minBond) throw new BondTooLowError(bond, config.minBond)
  return {
    market: record.market,
    asset,
    maker: record.maker,
    operator: registered.payout,
    datatrust,
    price,
    makerBps: config.makerBps,
    operatorBps: config.operatorBps,
    curatorsBps: config.curatorsBps,
    failureBps: config.failureBps,
    kind,
    window: kind === 'compute' ? config.computeWindowSeconds : 0,
  }
}
