import {
  type Address,
  DAY,
  type Deal,
  type Goods,
  type Hex,
  HOUR,
  type Kind,
  type ListingId,
  MINUTE,
  type Quote,
  ZERO_ADDRESS,
  ZERO_BYTES32,
} from '@gristmill/protocol'
import type { Datatrust } from '../datatrusts/get-datatrust.js'
import { InvalidParameterError } from '../errors/connection-errors.js'
import { QuoteMismatchError } from '../errors/mismatch-errors.js'
import type { ListingRecord } from '../listings/listing-record.js'
import type { MarketConfig } from '../markets/market-config.js'
import { dealTerms } from './deal-terms.js'

/** Bounds of Orders, seconds. */
const FULFIL_SECONDS_MIN = 10 * MINUTE
const FULFIL_SECONDS_MAX = 7 * DAY
const QUOTE_SECONDS_MAX = 7 * DAY

/** What a quote has to say: the buyer's wish, and what the chain says. */
export interface QuoteExpectation {
  listing: ListingId
  buyer: Address
  n: bigint
  kind: Kind
  /** The buyer's session key, of a fair exchange. */
  ackKey?: Address
  /** Of the OpenPGP key, without a fair exchange. */
  recipientKey?: Hex
  /** For compute. */
  algorithm?: Hex
  parametersHash?: Hex
  /** Of every runtime that the datatrust has. */
  runtimeDigests?: readonly Hex[]
  /** Of a joint run. */
  runId?: Hex
  /** Whom the buyer accepts as arbiter of a run, beside nobody. */
  arbiters: readonly Address[]
  record: ListingRecord
  asset: Address
  config: MarketConfig
  datatrust: Datatrust
  /** Unix seconds on chain. */
  now: number
}

/** Throws QuoteMismatchError at the first field of a quote that is not as expected. The signature is checked apart. */
export function verifyQuote({ deal, goods }: Pick<Quote, 'deal' | 'goods'>, expected: QuoteExpectation): void {
  verifyDeal(deal, expected)
  verifyGoods(goods, expected)
}

function verifyDeal(deal: Deal, expected: QuoteExpectation): void {
  const { kind, record, config, datatrust, now, ackKey = ZERO_ADDRESS } = expected
  const arbiter = deal.arbiter
  const price = record.prices[kind]
  if (price === undefined) {
    throw new InvalidParameterError('kind', `listing ${record.listing} does not sell ${kind}: choose another service.`)
  }
  const fields: Omit<Deal, 'placeBy' | 'fulfilWithin'> = {
    ...dealTerms({ record, market: { asset: expected.asset, config }, datatrust, kind, price, arbiter, ackKey }),
    listing: expected.listing,
    buyer: expected.buyer,
    n: expected.n,
  }
  for (const [field, value] of Object.entries(fields)) {
    same(`deal.${field}`, value, deal[field as keyof typeof fields])
  }
  if (arbiter !== ZERO_ADDRESS && !expected.arbiters.some((one) => one.toLowerCase() === arbiter.toLowerCase())) {
    throw new QuoteMismatchError('deal.arbiter', ['nobody', ...expected.arbiters].join(' or '), arbiter)
  }
  within('deal.placeBy', deal.placeBy, now, now + QUOTE_SECONDS_MAX + HOUR)
  within('deal.fulfilWithin', deal.fulfilWithin, FULFIL_SECONDS_MIN, FULFIL_SECONDS_MAX)
}

function verifyGoods(goods: Goods, expected: QuoteExpectation): void {
  same('goods.termsHash', expected.record.termsHash, goods.termsHash)
  if (expected.ackKey === undefined) same('goods.keyHash', ZERO_BYTES32, goods.keyHash)
  else if (goods.keyHash === ZERO_BYTES32) throw new QuoteMismatchError('goods.keyHash', 'the hash of a key', 'zero')
  same('goods.recipientKey', expected.recipientKey ?? ZERO_BYTES32, goods.recipientKey)
  same('goods.algorithm', expected.algorithm ?? ZERO_BYTES32, goods.algorithm)
  same('goods.parametersHash', expected.parametersHash ?? ZERO_BYTES32, goods.parametersHash)
  const { runtimeDigests = [ZERO_BYTES32] } = expected
  if (!runtimeDigests.includes(goods.runtimeDigest)) {
    throw new QuoteMismatchError('goods.runtimeDigest', runtimeDigests.join(' or '), goods.runtimeDigest)
  }
  same('goods.runId', expected.runId ?? ZERO_BYTES32, goods.runId)
}

function same(field: string, expected: string | number | bigint, actual: string | number | bigint): void {
  if (String(expected).toLowerCase() !== String(actual).toLowerCase()) {
    throw new QuoteMismatchError(field, expected, actual)
  }
}

function within(field: string, actual: number, min: number, max: number): void {
  if (actual < min || actual > max) throw new QuoteMismatchError(field, `between ${min} and ${max}`, actual)
}
