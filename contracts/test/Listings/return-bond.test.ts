import { id } from 'ethers'
import { beforeEach, describe, expect, it } from 'vitest'
import { by } from '../trade/contracts.ts'
import { expectRevert } from '../trade/expect.ts'
import { CONFIG, DAY } from '../trade/terms.ts'
import { DEPOSITED, openWorld, prepareListing, publish, totalInVault, vaultBalance } from '../trade/world.ts'

const world = await openWorld()
const { listings, maker, stranger } = world
const asStranger = by(stranger, listings)

describe('Listings.returnBond', () => {
  beforeEach(() => world.reset())

  it('credits the maker strictly after the exit, whoever calls', async () => {
    await by(maker, listings).exit(world.listing)
    const { exitAt } = await listings.get(world.listing)
    const before = await vaultBalance(world, maker)
    await world.chain.nextBlockAt(exitAt)
    await expectRevert(asStranger.returnBond(world.listing), 'Listings_BondHeld', [world.listing, exitAt])
    await world.chain.nextBlockAt(exitAt + 1n)
    await asStranger.returnBond(world.listing)
    expect((await vaultBalance(world, maker)) - before).toBe(CONFIG.listingBond)
    expect(await vaultBalance(world, String(listings.target))).toBe(0n)
    expect(await totalInVault(world)).toBe(DEPOSITED)
    const [event] = await listings.queryFilter('ListingBondReturned')
    const args = listings.interface.parseLog(event as never)?.args.toArray()
    expect(args).toEqual([world.listing, maker.address, CONFIG.listingBond])
  })

  it('returns it once', async () => {
    await publish(world, { salt: id('another bond to steal') })
    await by(maker, listings).exit(world.listing)
    const { exitAt } = await listings.get(world.listing)
    await world.chain.wait(CONFIG.exitDelaySeconds + 1n)
    await asStranger.returnBond(world.listing)
    await expectRevert(asStranger.returnBond(world.listing), 'Listings_BondHeld', [world.listing, exitAt])
  })

  it('returns what was paid, whatever the config says now', async () => {
    await by(world.patron, world.markets).setConfig(world.market, { ...CONFIG, listingBond: 1n, exitDelaySeconds: 0n })
    await world.chain.wait(8n * DAY)
    await by(maker, listings).exit(world.listing)
    const before = await vaultBalance(world, maker)
    await world.chain.wait(1n)
    await asStranger.returnBond(world.listing)
    expect((await vaultBalance(world, maker)) - before).toBe(CONFIG.listingBond)
  })

  it('refuses a listing that is not exiting', async () => {
    await expectRevert(asStranger.returnBond(world.listing), 'Listings_BondHeld', [world.listing, 0n])
  })

  it('refuses a listing that does not exist', async () => {
    await expectRevert(asStranger.returnBond(id('nothing')), 'Listings_Unknown', [id('nothing')])
  })

  it('keeps the record: the salt stays used', async () => {
    await by(maker, listings).exit(world.listing)
    await world.chain.wait(CONFIG.exitDelaySeconds + 1n)
    await asStranger.returnBond(world.listing)
    const { args } = await prepareListing(world)
    await expectRevert(by(maker, listings).publish(...args), 'Listings_Exists', [world.listing])
  })
})
