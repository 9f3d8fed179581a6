import type { Address, Kind } from '@gristmill/protocol'
import { type DealTerms, dealTerms, type ListingRecord } from '@gristmill/sdk'
import type { Context } from '../context.js'
import { NotOfferedError } from '../listings/listing-errors.js'
import { BondTooLowError, NotAdmittedError, SignerReplacedError } from './quote-errors.js'

export interface ReadTermsParams {
  kind: Kind
  /** Of a fair exchange. */
  ackKey?: Address | undefined
}

/** The money side of a deal as the chain has it now. Throws where `Orders.place` would refuse whatever is quoted. */
export async function readTerms(
  ctx: Context,
  record: ListingRecord,
  { kind, ackKey }: ReadTermsParams,
): Promise<DealTerms> {
  const { client } = ctx.chain
  const { datatrust } = ctx.config
  const price = record.prices[kind]
  if (price === undefined) throw new NotOfferedError(record.listing, kind)
  const [market, registered, { isAdmitted }] = await Promise.all([
    client.markets.get({ market: record.market }),
    client.datatrusts.get({ datatrust }),
    client.contracts.markets.saleTermsOf(record.market, datatrust),
  ])
  if (!isAdmitted) throw new NotAdmittedError(record.market, datatrust)
  const { address: signer } = ctx.secrets.signer
  if (registered.signer !== signer) throw new SignerReplacedError(datatrust, registered.signer)
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
    ...(ackKey === undefined ? {} : { ackKey }),
  })
}
