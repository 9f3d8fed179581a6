import type { Kind } from '@gristmill/protocol'
import { type DealTerms, dealTerms, type ListingRecord } from '@gristmill/sdk'
import type { Context } from '../context.js'
import { NotOfferedError } from '../listings/listing-errors.js'
import { BondTooLowError } from './quote-errors.js'

/** The money side of a deal as the chain has it now. */
export async function readTerms(ctx: Context, record: ListingRecord, kind: Kind): Promise<DealTerms> {
  const { client } = ctx.chain
  const { datatrust } = ctx.config
  const price = record.prices[kind]
  if (price === undefined) throw new NotOfferedError(record.listing, kind)
  const [market, registered] = await Promise.all([
    client.markets.get({ market: record.market }),
    client.datatrusts.get({ datatrust }),
  ])
  const bond = registered.asset === market.asset ? registered.bond : 0n
  if (bond < market.config.minBond) throw new BondTooLowError(bond, market.config.minBond)
  const { arbiter } = ctx.config.terms
  return dealTerms({
    record,
    market,
    datatrust: registered,
    kind,
    price,
    ...(arbiter === undefined ? {} : { arbiter }),
  })
}
