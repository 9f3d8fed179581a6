import { id } from 'ethers'
import { by } from '../../test/trade/contracts.ts'
import { quoteFor, receiptFor } from '../../test/trade/quotes.ts'
import { FROM_VAULT, type Quote, type Receipt } from '../../test/trade/terms.ts'
import type { World } from '../../test/trade/world.ts'

/** Numbers of orders are 8 random bytes, as the SDK picks them; here the same ones in every run. */
export const numberOf = (name: string): bigint => BigInt(id(`order ${name}`)) >> 192n

export type OfListing = Pick<Quote['deal'], 'listing' | 'maker'>

/** Quotes of one kind, named `name 0`, `name 1`, …; for the world's listing, or one for each of `listings`. */
export async function quotesFor(world: World, kind: bigint, name: string, of: number | OfListing[]): Promise<Quote[]> {
  const listings = typeof of === 'number' ? Array.from({ length: of }, () => ({})) : of
  const quotes: Quote[] = []
  for (const [i, listing] of listings.entries()) {
    quotes.push(await quoteFor(world, kind, { deal: { ...listing, n: numberOf(`${name} ${i}`) } }))
  }
  return quotes
}

/** Places quotes ten at a time. */
export async function placeAll(world: World, quotes: readonly Quote[]): Promise<void> {
  for (let i = 0; i < quotes.length; i += 10) {
    await by(world.buyer, world.orders).placeMany(quotes.slice(i, i + 10), FROM_VAULT)
  }
}

export interface Run {
  quote: Quote
  receipt: Receipt
}

/** Places compute orders and reports their runs as done. */
export async function runAll(world: World, quotes: readonly Quote[]): Promise<Run[]> {
  await placeAll(world, quotes)
  const runs = quotes.map((quote) => ({ quote, receipt: receiptFor(quote) }))
  for (const { quote, receipt } of runs) {
    await by(world.signer, world.orders).fulfil(quote.deal, quote.goods, receipt)
  }
  return runs
}
