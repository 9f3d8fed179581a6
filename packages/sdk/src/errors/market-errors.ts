import { type MarketId, ProtocolError } from '@gristmill/protocol'

/** Thrown when the shares of a market cost more by now than is accepted; nothing was sent. */
export class PriceAboveMaximumError extends ProtocolError {
  readonly code = 'PRICE_ABOVE_MAXIMUM' as const

  constructor({
    market,
    amount,
    maxPrice,
    shares,
  }: {
    market: MarketId
    amount: bigint
    maxPrice: bigint
    shares: bigint
  }) {
    super(
      `${amount} units buy ${shares} share units of market ${market} now, which is above the highest price of ${maxPrice} a share: accept more, give less, or wait. Nothing was sent.`,
      { details: { market, amount: amount.toString(), maxPrice: maxPrice.toString(), shares: shares.toString() } },
    )
  }
}
