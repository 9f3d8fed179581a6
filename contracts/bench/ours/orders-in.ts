import { id } from 'ethers'
import { by } from '../../test/trade/contracts.ts'
import { ackBy, Parcel } from '../../test/trade/delivery.ts'
import { ACK_KEY, fairly, quoteFor, receiptFor, receiptHashOf } from '../../test/trade/quotes.ts'
import { type Delivery, FROM_VAULT, KIND, type Quote } from '../../test/trade/terms.ts'
import type { World } from '../../test/trade/world.ts'

/** Numbers of orders are 8 random bytes, as the SDK picks them; here the same ones in every run. */
export const numberOf = (name: string): bigint => BigInt(id(`order ${name}`)) >> 192n

export type OfListing = Pick<Quote['deal'], 'listing' | 'maker'>

/** The model that every run comes to. */
const MODEL = new Parcel(1, { seed: 'model' })

/** Downloads are direct, runs are fair. */
export function offer(world: World, kind: bigint, deal: Partial<Quote['deal']>): Promise<Quote> {
  return quoteFor(world, kind, kind === KIND.COMPUTE ? fairly(kind, MODEL.keyHash, { deal }) : { deal })
}

/** Quotes of one kind, named `name 0`, `name 1`, …; for the world's listing, or one for each of `listings`. */
export async function quotesFor(world: World, kind: bigint, name: string, of: number | OfListing[]): Promise<Quote[]> {
  const listings = typeof of === 'number' ? Array.from({ length: of }, () => ({})) : of
  const quotes: Quote[] = []
  for (const [i, listing] of listings.entries()) {
    quotes.push(await offer(world, kind, { ...listing, n: numberOf(`${name} ${i}`) }))
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
  delivery: Delivery
}

/** Places compute orders and reveals the keys of their models. */
export async function runAll(world: World, quotes: readonly Quote[]): Promise<Run[]> {
  await placeAll(world, quotes)
  const runs: Run[] = []
  for (const quote of quotes) {
    const { delivery, args } = await modelOf(world, quote)
    await by(world.signer, world.orders).revealRun(...args)
    runs.push({ quote, delivery })
  }
  return runs
}

/** What the run of an order delivers, and the arguments of `revealRun`. */
export async function modelOf(world: World, quote: Quote) {
  const { contentRoot: releasedRoot, sizeBytes: releasedBytes, cipherRoot, key } = MODEL
  const receipt = receiptFor(quote, { releasedRoot, releasedBytes })
  const delivery = MODEL.delivery(receiptHashOf(receipt))
  const ack = await ackBy(world, ACK_KEY, quote.deal, delivery)
  return { delivery, args: [quote.deal, quote.goods, receipt, cipherRoot, key, ack] as const }
}
