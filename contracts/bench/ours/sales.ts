import { by } from '../../test/trade/contracts.ts'
import { permitFor } from '../../test/trade/permit.ts'
import { goodsHashOf, quoteFor, receiptFor, refundOf, settlementOf } from '../../test/trade/quotes.ts'
import { CONFIG, FROM_VAULT, HOUR, KIND, type Quote } from '../../test/trade/terms.ts'
import type { Account, World } from '../../test/trade/world.ts'
import { type Step, step } from '../step.ts'
import { publishForEach } from './listings.ts'
import { modelOf, numberOf, offer, placeAll, quotesFor, type Run, runAll } from './orders-in.ts'
import { emptyBalance } from './states.ts'

export const BASKET = 10
export const BATCH = 20
/** Accounts after those with a role. Of twenty listings three share a maker with another one. */
const MAKERS_FROM = 20
const MAKERS = 17

const accessQuote = (world: World) => quoteFor(world, KIND.ACCESS, { deal: { n: numberOf('access') } })
const computeQuote = (world: World) => offer(world, KIND.COMPUTE, { n: numberOf('compute') })

export async function placeFromVault(world: World): Promise<Step[]> {
  return [await placing(world, await accessQuote(world))]
}

export async function placeRunFromVault(world: World): Promise<Step[]> {
  return [await placing(world, await computeQuote(world))]
}

export async function placeByPermit(world: World): Promise<Step[]> {
  return [await placingByPermit(world, await accessQuote(world))]
}

/** Access to the same listing ten times, which is what the peer can do in one go as well. */
export async function placeBasket(world: World): Promise<Step[]> {
  const quotes = await quotesFor(world, KIND.ACCESS, 'basket', BASKET)
  const sending = by(world.buyer, world.orders).placeMany(quotes, FROM_VAULT)
  return [await step(`buyer: Orders.placeMany(${BASKET}), from the Vault`, sending)]
}

export async function deliver(world: World): Promise<Step[]> {
  const quote = await accessQuote(world)
  await placeAll(world, [quote])
  return [await delivering(world, quote)]
}

export async function buyFromVault(world: World): Promise<Step[]> {
  const quote = await accessQuote(world)
  return [await placing(world, quote), await delivering(world, quote)]
}

export async function buyByPermit(world: World): Promise<Step[]> {
  const quote = await accessQuote(world)
  return [await placingByPermit(world, quote), await delivering(world, quote)]
}

export async function fulfil(world: World): Promise<Step[]> {
  const quote = await computeQuote(world)
  await placeAll(world, [quote])
  return [await fulfilling(world, quote)]
}

export async function settleOne(world: World): Promise<Step[]> {
  const runs = await runAll(world, [await computeQuote(world)])
  return [await settleAll(world, runs)]
}

export async function settleListing(world: World): Promise<Step[]> {
  const runs = await runAll(world, await quotesFor(world, KIND.COMPUTE, 'batch', BATCH))
  return [await settleAll(world, runs)]
}

/** Runs on twenty listings of seventeen makers, none of whom was paid before. */
export async function settleListingsFirst(world: World): Promise<Step[]> {
  const listings = await publishForEach(world, await makersOf(world))
  return [await settleAll(world, await runAll(world, await quotesFor(world, KIND.COMPUTE, 'batch', listings)))]
}

/** The same after each of the listings has sold once and so earned its reward. */
export async function settleListings(world: World): Promise<Step[]> {
  const listings = await publishForEach(world, await makersOf(world))
  await settleAll(world, await runAll(world, await quotesFor(world, KIND.COMPUTE, 'earlier batch', listings)))
  return [await settleAll(world, await runAll(world, await quotesFor(world, KIND.COMPUTE, 'batch', listings)))]
}

export async function revealAndSettle(world: World): Promise<Step[]> {
  return revealAndSettleAll(world, [await computeQuote(world)])
}

export async function revealAndSettleListing(world: World): Promise<Step[]> {
  return revealAndSettleAll(world, await quotesFor(world, KIND.COMPUTE, 'batch', BATCH))
}

async function revealAndSettleAll(world: World, quotes: readonly Quote[]): Promise<Step[]> {
  await placeAll(world, quotes)
  const steps: Step[] = []
  const runs: Run[] = []
  for (const quote of quotes) {
    const { delivery, args } = await modelOf(world, quote)
    steps.push(await step('datatrust: Orders.revealRun', by(world.signer, world.orders).revealRun(...args)))
    runs.push({ quote, delivery })
  }
  return [...steps, await settleAll(world, runs)]
}

export async function refund(world: World): Promise<Step[]> {
  const quote = await accessQuote(world)
  await placeAll(world, [quote])
  await world.chain.wait(2n * HOUR + 1n)
  return [await step('anyone: Orders.refund(1)', by(world.stranger, world.orders).refund([refundOf(quote)]))]
}

/** The buyer paid from the wallet, has nothing in the Vault, and nothing else is in escrow. */
export async function refundFirst(world: World): Promise<Step[]> {
  const quote = await accessQuote(world)
  await placeAll(world, [quote])
  await emptyBalance(world, world.buyer)
  await world.chain.wait(2n * HOUR + 1n)
  return [await step('anyone: Orders.refund(1)', by(world.stranger, world.orders).refund([refundOf(quote)]))]
}

export async function flush(world: World): Promise<Step[]> {
  return [await step('anyone: Signals.flush', by(world.stranger, world.signals).flush(world.listing))]
}

/** More orders that stay open. */
export async function openOrders(world: World, count: number): Promise<void> {
  await placeAll(world, await quotesFor(world, KIND.COMPUTE, 'backlog', count))
}

function placing(world: World, quote: Quote): Promise<Step> {
  return step('buyer: Orders.place, from the Vault', by(world.buyer, world.orders).place(quote, FROM_VAULT))
}

async function placingByPermit(world: World, quote: Quote): Promise<Step> {
  const payment = await permitFor(world, quote.deal.price)
  return step('buyer: Orders.place, by permit', by(world.buyer, world.orders).place(quote, payment))
}

function delivering(world: World, { deal, goods }: Quote): Promise<Step> {
  return step('datatrust: Orders.deliver', by(world.signer, world.orders).deliver(deal, goodsHashOf(goods)))
}

function fulfilling(world: World, quote: Quote): Promise<Step> {
  const sending = by(world.signer, world.orders).fulfil(quote.deal, goodsHashOf(quote.goods), receiptFor(quote))
  return step('datatrust: Orders.fulfil', sending)
}

async function settleAll(world: World, runs: readonly Run[]): Promise<Step> {
  await world.chain.wait(CONFIG.disputeWindowSeconds + 1n)
  const settlements = runs.map(({ quote, delivery }) => settlementOf(quote, delivery))
  return step(`anyone: Orders.settle(${runs.length})`, by(world.stranger, world.orders).settle(settlements))
}

async function makersOf(world: World): Promise<Account[]> {
  const signers = await world.chain.ethers.getSigners()
  return Array.from({ length: BATCH }, (_, i) => signers[MAKERS_FROM + (i % MAKERS)] as Account)
}
