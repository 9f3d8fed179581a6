import { describe, expect, it } from 'vitest'
import {
  contractAt,
  deployContract,
  ethers,
  loadFixture,
  now,
  passSeconds,
  setNextTimestamp,
} from '../support/chain.ts'
import { CONFIG, DAY, UNIT } from '../support/defaults.ts'
import { deployMarket, deposit } from '../support/deploy.ts'
import { eventsOf, revertOf } from '../support/outcome.ts'
import { publish } from '../support/trade.ts'

/** Listings with a plain account as Curation, and a listing that is pending. */
async function deployPending() {
  const fixture = await deployMarket()
  const { deployer, vault, datatrusts, markets, curation, operator, signer, payout, token, maker } = fixture
  const listings = await deployContract('Listings', [vault, datatrusts, markets, curation.address], deployer)
  await datatrusts.connect(operator).register(signer.address, payout.address, token, ethers.id('key'), 'https://d')
  await deposit(fixture, maker, 1_000n * UNIT, listings)
  const nobody = await contractAt('Vault', curation.address)
  const shop = { ...fixture, listings, orders: nobody, signals: nobody, curation: nobody, datatrust: 1n }
  const listing = await publish(shop, 'pending')
  const { activeFrom } = await listings.get(listing)
  return {
    ...fixture,
    listings,
    listing,
    activeFrom: activeFrom as bigint,
    asMaker: listings.connect(maker),
    asCuration: listings.connect(curation),
    bondOf: async (account: string) => vault.balanceOf(account, BigInt(await token.getAddress())) as Promise<bigint>,
  }
}

async function active() {
  const fixture = await loadFixture(deployPending)
  await passSeconds(Number(CONFIG.activationSeconds))
  return fixture
}

describe('Listings.hold and Listings.release', () => {
  it('keep what is pending from becoming active, until the hold lapses by itself', async () => {
    const { asCuration, listings, listing } = await loadFixture(deployPending)
    const until = (await now()) + 10 * DAY
    const events = await eventsOf(asCuration.hold(listing, until), listings)
    expect(events).toEqual([{ name: 'ListingHeld', args: [listing, BigInt(until), BigInt(until)] }])
    await passSeconds(until - 1 - (await now()))
    expect(await listings.isOpen(listing)).toBe(false)
    await passSeconds(1)
    expect(await listings.isOpen(listing)).toBe(true)
  })

  it('never bring activation forward', async () => {
    const { asCuration, listings, listing, activeFrom } = await loadFixture(deployPending)
    await asCuration.hold(listing, (await now()) + 10)
    expect((await listings.get(listing)).activeFrom).toBe(activeFrom)
    await asCuration.release(listing)
    expect((await listings.get(listing)).activeFrom).toBe(activeFrom)
  })

  it('give the old time back when it is still to come, else now', async () => {
    const { asCuration, listings, listing, activeFrom } = await loadFixture(deployPending)
    await asCuration.hold(listing, (await now()) + 10 * DAY)
    const events = await eventsOf(asCuration.release(listing), listings)
    expect(events).toEqual([{ name: 'ListingReleased', args: [listing, activeFrom] }])
    expect(await listings.heldUntil(listing)).toBe(0n)

    const again = await loadFixture(deployPending)
    await again.asCuration.hold(listing, (await now()) + 10 * DAY)
    await passSeconds(5 * DAY)
    await again.asCuration.release(listing)
    expect((await listings.get(listing)).activeFrom).toBe(BigInt(await now()))
  })

  it('hold activation back once', async () => {
    const { asCuration, listings, listing, activeFrom } = await loadFixture(deployPending)
    await asCuration.hold(listing, (await now()) + 10 * DAY)
    await asCuration.release(listing)
    await asCuration.hold(listing, (await now()) + 20 * DAY)
    expect((await listings.get(listing)).activeFrom).toBe(activeFrom)
  })

  it('leave a live listing open, and its bond where it is', async () => {
    const { asCuration, asMaker, listings, listing } = await active()
    const until = (await now()) + 10 * DAY
    await asCuration.hold(listing, until)
    expect(await listings.isOpen(listing)).toBe(true)
    await asMaker.exit(listing)
    await setNextTimestamp(until)
    expect((await revertOf(listings.returnBond(listing))).name).toBe('Listings_BondHeld')
    await setNextTimestamp(until + 1)
    await listings.returnBond(listing)
  })

  it('delay an exit once', async () => {
    const { asCuration, asMaker, listings, listing } = await active()
    await asMaker.exit(listing)
    const until = (await now()) + DAY
    await asCuration.hold(listing, until)
    await asCuration.release(listing)
    await asCuration.hold(listing, until + 90 * DAY)
    const { exitAt } = await listings.get(listing)
    await setNextTimestamp(Number(exitAt) + 1)
    await listings.returnBond(listing)
  })

  it('refuse a listing from the second of its exit on', async () => {
    const { asCuration, asMaker, listings, listing } = await active()
    await asMaker.exit(listing)
    const { exitAt } = await listings.get(listing)
    await setNextTimestamp(Number(exitAt) - 1)
    await asCuration.hold(listing, (await now()) + 10 * DAY)
    await setNextTimestamp(Number(exitAt))
    expect(await revertOf(asCuration.hold(listing, (await now()) + 10 * DAY))).toEqual({
      name: 'Listings_Gone',
      args: [listing, exitAt],
    })
  })

  it('are Curation’s, and for listings that exist', async () => {
    const { asCuration, asMaker, listing, maker } = await loadFixture(deployPending)
    const refused = { name: 'Listings_NotCuration', args: [maker.address] }
    expect(await revertOf(asMaker.hold(listing, 1n))).toEqual(refused)
    expect(await revertOf(asMaker.release(listing))).toEqual(refused)
    expect(await revertOf(asMaker.remove(listing))).toEqual(refused)
    const unknown = { name: 'Listings_Unknown', args: [ethers.id('?')] }
    for (const call of [
      asCuration.hold(ethers.id('?'), 1n),
      asCuration.release(ethers.id('?')),
      asCuration.remove(ethers.id('?')),
    ]) {
      expect(await revertOf(call)).toEqual(unknown)
    }
  })
})

describe('Listings.remove', () => {
  it('closes at once and for ever, and hands over the bond', async () => {
    const { asCuration, asMaker, listings, listing, curation, bondOf } = await active()
    const events = await eventsOf(asCuration.remove(listing), listings)
    expect(events).toEqual([{ name: 'ListingRemoved', args: [listing, CONFIG.listingBond] }])
    expect(await bondOf(curation.address)).toBe(CONFIG.listingBond)
    expect((await listings.get(listing)).exitAt).toBe(BigInt(await now()))
    expect(await listings.isOpen(listing)).toBe(false)
    expect((await revertOf(asMaker.exit(listing))).name).toBe('Listings_Exiting')
    await passSeconds(90 * DAY)
    expect((await revertOf(listings.returnBond(listing))).name).toBe('Listings_BondHeld')
    expect((await revertOf(asCuration.hold(listing, 1n))).name).toBe('Listings_Gone')
  })

  it('cannot be challenged again, not even in the same second', async () => {
    const { asCuration, listings, listing } = await active()
    await asCuration.remove(listing)
    const { exitAt } = await listings.get(listing)
    expect(exitAt).toBe(BigInt(await now()))
    expect((await revertOf(asCuration.hold.staticCall(listing, 1n, { blockTag: 'latest' }))).name).toBe('Listings_Gone')
  })

  it('takes a pending and an exiting listing too', async () => {
    const pending = await loadFixture(deployPending)
    await pending.asCuration.remove(pending.listing)
    await passSeconds(90 * DAY)
    expect(await pending.listings.isOpen(pending.listing)).toBe(false)
    const exiting = await active()
    await exiting.asMaker.exit(exiting.listing)
    await exiting.asCuration.remove(exiting.listing)
    expect((await exiting.listings.get(exiting.listing)).exitAt).toBe(BigInt(await now()))
  })

  it('finds nothing where the bond went back, and takes it once', async () => {
    const { asCuration, asMaker, listings, listing, curation, bondOf } = await active()
    await asMaker.exit(listing)
    const { exitAt } = await listings.get(listing)
    await setNextTimestamp(Number(exitAt) + 1)
    await listings.returnBond(listing)
    const events = await eventsOf(asCuration.remove(listing), listings)
    expect(events).toEqual([{ name: 'ListingRemoved', args: [listing, 0n] }])
    expect((await listings.get(listing)).exitAt).toBe(exitAt)
    expect(await bondOf(curation.address)).toBe(0n)
  })
})
