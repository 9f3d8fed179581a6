import type { MarketId } from '@gristmill/protocol'
import type { Prices } from '@gristmill/sdk'
import { type Money, moneyOf } from '../money.js'
import type { Reader } from '../session.js'

/** Tells how a market's amounts are written; each market is asked once. */
export function moneyOfMarkets({ client }: Reader): (market: MarketId) => Promise<Money> {
  const known = new Map<MarketId, Promise<Money>>()
  return (market) => {
    const money =
      known.get(market) ??
      client.contracts.markets.identityOf(market).then(({ asset }) => moneyOf(client, asset as `0x${string}`))
    known.set(market, money)
    return money
  }
}

/** How prices of a listing are written. */
export function moneyOfListing(reader: Reader, { market }: { market: MarketId }): Promise<Money> {
  return moneyOfMarkets(reader)(market)
}

/** `5.0 USD`, `free`, or `not for sale`. */
export function priceText(price: bigint | undefined, money: Money): string {
  if (price === undefined) return 'not for sale'
  return price === 0n ? 'free' : money.format(price)
}

/** `access 5.0 USD, compute 1.0 USD` */
export function pricesText(prices: Prices, money: Money): string {
  return Object.entries(prices)
    .map(([kind, price]) => `${kind} ${priceText(price, money)}`)
    .join(', ')
}
