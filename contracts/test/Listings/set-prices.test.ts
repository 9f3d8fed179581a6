import { id, ZeroHash } from 'ethers'
import { beforeEach, describe, expect, it } from 'vitest'
import { by } from '../trade/contracts.ts'
import { expectRevert } from '../trade/expect.ts'
import { ACCESS_PRICE } from '../trade/terms.ts'
import { contentOf, openWorld, publish } from '../trade/world.ts'

const world = await openWorld()
const { listings, maker, stranger } = world
const asMaker = by(maker, listings)
const NOT_OFFERED = 2n ** 96n - 1n

describe('Listings.setPrices', () => {
  beforeEach(() => world.reset())

  it('changes both prices and nothing else', async () => {
    const before = (await listings.get(world.listing)).toObject()
    await asMaker.setPrices(world.listing, { access: 0n, compute: 7n })
    const after = (await listings.get(world.listing)).toObject()
    expect(after).toEqual({ ...before, accessPrice: 0n, computePrice: 7n })
    const [event] = await listings.queryFilter('PricesChanged')
    expect(listings.interface.parseLog(event as never)?.args.toArray()).toEqual([world.listing, [0n, 7n]])
  })

  it('withdraws a service and offers it again', async () => {
    await asMaker.setPrices(world.listing, { access: NOT_OFFERED, compute: 7n })
    await asMaker.setPrices(world.listing, { access: ACCESS_PRICE, compute: 7n })
    expect((await listings.get(world.listing)).accessPrice).toBe(ACCESS_PRICE)
  })

  it('never offers what was not offered at publishing, attested or not', async () => {
    const content = { ...contentOf('access only'), policyHash: ZeroHash }
    const listing = await publish(world, { salt: id('access only'), content, compute: NOT_OFFERED, services: 3n })
    await expectRevert(asMaker.setPrices(listing, { access: 1n, compute: 1n }), 'Listings_NotServed', [1n, 1n, 1n])
  })

  it('refuses to offer nothing', async () => {
    const setting = asMaker.setPrices(world.listing, { access: NOT_OFFERED, compute: NOT_OFFERED })
    await expectRevert(setting, 'Listings_NotServed', [3n, NOT_OFFERED, NOT_OFFERED])
  })

  it('refuses anybody but the maker', async () => {
    const setting = by(stranger, listings).setPrices(world.listing, { access: 0n, compute: 0n })
    await expectRevert(setting, 'Listings_NotMaker', [world.listing, stranger.address])
  })

  it('refuses a listing that does not exist', async () => {
    const setting = asMaker.setPrices(id('nothing'), { access: 0n, compute: 0n })
    await expectRevert(setting, 'Listings_Unknown', [id('nothing')])
  })
})
