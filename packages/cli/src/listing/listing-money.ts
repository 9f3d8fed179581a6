import type { Listing } from '@gristmill/sdk'
import { type Money, moneyOf } from '../money.js'
import type { Reader } from '../session.js'

/** How prices of a listing are written. */
export async function moneyOfListing({ client }: Reader, { market }: Pick<Listing, 'market'>): Promise<Money> {
  return moneyOf(client, (await client.markets.get({ market })).asset)
}

/** `access 5.0 USD, compute 1.0 USD` */
export function pricesOf({ prices }: Listing, money: Money): string {
  const { access, compute } = prices
  return [
    ...(access === undefined ? [] : [`access ${money.format(access)}`]),
    ...(compute === undefined ? [] : [`compute ${money.format(compute)}`]),
  ].join(', ')
}
