import { id } from 'ethers'
import { by } from '../../test/trade/contracts.ts'
import { goodsHashOf } from '../../test/trade/quotes.ts'
import { CONFIG, DAY, FROM_VAULT, HOUR, KIND } from '../../test/trade/terms.ts'
import { contentOf, publish, type World } from '../../test/trade/world.ts'
import { type Step, step } from '../step.ts'
import { placeAll, quotesFor } from './orders-in.ts'

const SHARES = 10n ** 18n
const [EARLIER, POLL] = [1n, 2n]

/** Of a live listing, while a poll on another is open. */
export async function challenge(world: World): Promise<Step[]> {
  await challengeAnother(world)
  return [await challenging(world)]
}

/** By an account that has voted in another poll. */
export async function vote(world: World): Promise<Step[]> {
  await challengeAnother(world)
  await challenging(world)
  return [await step('curator: Curation.vote', by(world.patron, world.curation).vote(POLL, false))]
}

/** Of a challenge that was rejected. */
export async function resolve(world: World): Promise<Step[]> {
  await challengeAnother(world)
  await challenging(world)
  await by(world.patron, world.curation).vote(POLL, false)
  return [await resolving(world)]
}

/** Of a challenge that passed. */
export async function remove(world: World): Promise<Step[]> {
  await challengeAnother(world)
  await challenging(world)
  await by(world.patron, world.curation).vote(POLL, true)
  return [await resolving(world)]
}

/** The voter's part of a loser's bond. */
export async function claimPart(world: World): Promise<Step[]> {
  await resolve(world)
  return [await step('curator: Curation.claim(1)', by(world.patron, world.curation).claim([POLL]))]
}

/** More shares for a listing on which one has earned before, and that has sold since. */
export async function signal(world: World): Promise<Step[]> {
  await earn(world)
  return [await signalling(world)]
}

/** What a signal has earned since the last time. */
export async function claim(world: World): Promise<Step[]> {
  await earn(world)
  return [await step('curator: Signals.claim(1)', by(world.patron, world.signals).claim([world.listing]))]
}

/** Seeded from the Vault. */
export async function createMarket(world: World): Promise<Step[]> {
  const { patron, markets, asset, curve } = world
  const admin = String(world.curation.target)
  const args = [id('another market'), asset, curve, 1_000_000n, 10n ** 24n, admin, CONFIG, 100_000_000n] as const
  return [await step('creator: Markets.create', by(patron, markets).create(...args, FROM_VAULT))]
}

async function challengeAnother(world: World): Promise<void> {
  const listing = await publish(world, { salt: id('doubted'), content: contentOf('doubted') })
  await by(world.other, world.curation).challenge(listing, '', FROM_VAULT)
  await by(world.patron, world.curation).vote(EARLIER, false)
  await world.chain.wait(HOUR)
}

function challenging(world: World): Promise<Step> {
  const evidence = 'https://evidence.example/a-report.html'
  const sending = by(world.stranger, world.curation).challenge(world.listing, evidence, FROM_VAULT)
  return step('challenger: Curation.challenge, from the Vault', sending)
}

async function resolving(world: World): Promise<Step> {
  await world.chain.wait(CONFIG.pollSeconds + HOUR)
  return step('anyone: Curation.resolve', by(world.other, world.curation).resolve(POLL))
}

function signalling(world: World): Promise<Step> {
  return step('curator: Signals.signal', by(world.patron, world.signals).signal(world.listing, SHARES))
}

/** The patron has claimed what a signal earned; since then the listing has sold again. */
async function earn(world: World): Promise<void> {
  await signalling(world)
  await world.chain.wait(2n * DAY)
  await by(world.other, world.signals).flush(world.listing)
  await sell(world, 'before a claim')
  await by(world.patron, world.signals).claim([world.listing])
  await sell(world, 'after a claim')
}

async function sell(world: World, name: string): Promise<void> {
  const quotes = await quotesFor(world, KIND.ACCESS, name, 1)
  await placeAll(world, quotes)
  for (const { deal, goods } of quotes) await by(world.signer, world.orders).deliver(deal, goodsHashOf(goods))
}
