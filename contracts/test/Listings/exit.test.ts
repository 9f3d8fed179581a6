import { id } from 'ethers'
import { beforeEach, describe, expect, it } from 'vitest'
import { by } from '../trade/contracts.ts'
import { expectRevert } from '../trade/expect.ts'
import { CONFIG } from '../trade/terms.ts'
import { openWorld } from '../trade/world.ts'

const world = await openWorld()
const { listings, maker, stranger } = world
const asMaker = by(maker, listings)

describe('Listings.exit', () => {
  beforeEach(() => world.reset())

  it('closes the listing after the market’s exit delay', async () => {
    await asMaker.exit(world.listing)
    const exitAt = (await world.chain.now()) + CONFIG.exitDelaySeconds
    expect((await listings.get(world.listing)).exitAt).toBe(exitAt)
    const [event] = await listings.queryFilter('ListingExiting')
    expect(listings.interface.parseLog(event as never)?.args.toArray()).toEqual([world.listing, exitAt])
    await world.chain.nextBlockAt(exitAt - 1n)
    await world.token.mint(stranger.address, 1n)
    expect(await listings.isOpen(world.listing)).toBe(true)
    await world.chain.nextBlockAt(exitAt)
    await world.token.mint(stranger.address, 1n)
    expect(await listings.isOpen(world.listing)).toBe(false)
  })

  it('refuses a second time', async () => {
    await asMaker.exit(world.listing)
    const { exitAt } = await listings.get(world.listing)
    await expectRevert(asMaker.exit(world.listing), 'Listings_Exiting', [world.listing, exitAt])
  })

  it('refuses anybody but the maker', async () => {
    const exiting = by(stranger, listings).exit(world.listing)
    await expectRevert(exiting, 'Listings_NotMaker', [world.listing, stranger.address])
  })

  it('refuses a listing that does not exist', async () => {
    await expectRevert(asMaker.exit(id('nothing')), 'Listings_Unknown', [id('nothing')])
    await expectRevert(listings.isOpen(id('nothing')), 'Listings_Unknown', [id('nothing')])
  })
})
