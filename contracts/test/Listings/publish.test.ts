import { id, ZeroHash } from 'ethers'
import { beforeEach, describe, expect, it } from 'vitest'
import { by } from '../trade/contracts.ts'
import { expectRevert } from '../trade/expect.ts'
import { ACCESS_PRICE, COMPUTE_PRICE, CONFIG, FROM_WALLET, HOUR } from '../trade/terms.ts'
import {
  contentOf,
  createMarket,
  DEPOSITED,
  openWorld,
  type PublishOptions,
  prepareListing,
  publish,
  termsHashOf,
  totalInVault,
  vaultBalance,
} from '../trade/world.ts'

const world = await openWorld()
const { listings, maker, stranger } = world
const asMaker = by(maker, listings)
const NOT_OFFERED = 2n ** 96n - 1n
const salt = id('new')
const content = contentOf('new')

/** Sends `publish` as the maker. */
async function publishing(options: PublishOptions): Promise<unknown> {
  const { args } = await prepareListing(world, { salt, content, ...options })
  return asMaker.publish(...args)
}

describe('Listings.publish', () => {
  beforeEach(() => world.reset())

  it('lists in one transaction, takes the market’s bond and becomes active later', async () => {
    const before = await vaultBalance(world, maker)
    const listing = await publish(world, { salt, content })
    const activeFrom = (await world.chain.now()) + CONFIG.activationSeconds
    expect((await listings.get(listing)).toObject()).toEqual({
      maker: maker.address,
      datatrust: world.datatrust,
      market: world.market,
      termsHash: termsHashOf(content),
      accessPrice: ACCESS_PRICE,
      computePrice: COMPUTE_PRICE,
      activeFrom,
      exitAt: 0n,
      configVersion: 1n,
    })
    expect(before - (await vaultBalance(world, maker))).toBe(CONFIG.listingBond)
    expect(await totalInVault(world)).toBe(DEPOSITED)
    const [event] = await listings.queryFilter('ListingPublished', 'latest')
    expect(listings.interface.parseLog(event as never)?.args.toObject(true)).toEqual({
      listing,
      market: world.market,
      maker: maker.address,
      datatrust: world.datatrust,
      content,
      prices: { access: ACCESS_PRICE, compute: COMPUTE_PRICE },
      activeFrom,
    })
  })

  it('is open from the first second of activity', async () => {
    const listing = await publish(world, { salt, content })
    const activeFrom = (await listings.get(listing)).activeFrom
    await world.chain.nextBlockAt(activeFrom - 1n)
    await world.token.mint(stranger.address, 1n)
    expect(await listings.isOpen(listing)).toBe(false)
    await world.chain.nextBlockAt(activeFrom)
    await world.token.mint(stranger.address, 1n)
    expect(await listings.isOpen(listing)).toBe(true)
  })

  it('takes the bond from the wallet', async () => {
    await by(maker, world.token).approve(listings.target, CONFIG.listingBond)
    const before = await world.token.balanceOf(maker.address)
    await publish(world, { salt, content, payment: FROM_WALLET })
    expect(before - (await world.token.balanceOf(maker.address))).toBe(CONFIG.listingBond)
  })

  it('asks for nothing where the market asks for no bond', async () => {
    const market = await createMarket(world, 'open', { ...CONFIG, listingBond: 0n, activationSeconds: 0n })
    const before = await vaultBalance(world, maker)
    const listing = await publish(world, { market, salt, content })
    expect(await vaultBalance(world, maker)).toBe(before)
    expect(await listings.isOpen(listing)).toBe(true)
  })

  it.each([
    ['access alone', { access: 0n, compute: NOT_OFFERED, services: 1n, content: { ...content, policyHash: ZeroHash } }],
    ['compute alone', { access: NOT_OFFERED, compute: 0n, services: 2n }],
    ['less than was attested', { access: NOT_OFFERED, compute: 5n, services: 3n }],
  ])('offers %s', async (_name, options) => {
    await publishing(options)
  })

  it('accepts an attestation by a contract (ERC-1271)', async () => {
    const wallet = await world.chain.ethers.deployContract('Wallet', [stranger.address])
    const { operator, payout, datatrusts, datatrust } = world
    await by(operator, datatrusts).update(datatrust, wallet.target, payout.address, id('key'), 'https://d')
    await publishing({ signer: stranger })
  })

  describe('when the attestation is not for exactly this', () => {
    it.each([
      ['maker', stranger.address],
      ['market', id('other')],
      ['salt', id('other')],
      ['contentRoot', id('other')],
      ['sizeBytes', 1n],
      ['services', 7n],
      ['policyHash', id('other')],
      ['metadataHash', id('other')],
      ['datatrust', 2n],
      ['expiry', 1n],
    ])('refuses one that says another %s', async (field, value) => {
      await expectRevert(publishing({ attested: { [field]: value } }), 'Listings_BadAttestation')
    })

    it('refuses one by somebody else', async () => {
      await expectRevert(publishing({ signer: stranger }), 'Listings_BadAttestation')
    })

    it('refuses another maker who passes it on', async () => {
      const { args } = await prepareListing(world, { salt, content })
      await expectRevert(by(stranger, listings).publish(...args), 'Listings_BadAttestation')
    })

    it('refuses one after its last second', async () => {
      const expiry = (await world.chain.now()) + HOUR
      const first = await prepareListing(world, { salt, content, expiry })
      const second = await prepareListing(world, { salt: id('second'), content, expiry })
      await world.chain.nextBlockAt(expiry)
      await asMaker.publish(...first.args)
      await world.chain.nextBlockAt(expiry + 1n)
      await expectRevert(asMaker.publish(...second.args), 'Listings_AttestationExpired', [expiry])
    })

    it('refuses a datatrust that nobody registered', async () => {
      await expectRevert(publishing({ datatrust: 9n }), 'Datatrusts_Unknown', [9n])
    })
  })

  it.each([
    ['no bytes', { ...content, sizeBytes: 0n }, 3n, 1n],
    ['no root', { ...content, contentRoot: ZeroHash }, 3n, 1n],
    ['compute without a policy', { ...content, policyHash: ZeroHash }, 3n, 1n],
    ['a policy without compute', content, 3n, NOT_OFFERED],
  ])('refuses content with %s', async (_name, bad, services, compute) => {
    await expectRevert(publishing({ content: bad, services, compute }), 'Listings_BadContent', [
      bad.sizeBytes,
      bad.policyHash,
    ])
  })

  it.each([
    ['nothing offered', 3n, NOT_OFFERED, NOT_OFFERED, { ...content, policyHash: ZeroHash }],
    ['access not attested', 2n, 1n, 1n, content],
    ['compute not attested', 1n, 1n, 1n, content],
    ['nothing attested', 0n, 1n, NOT_OFFERED, { ...content, policyHash: ZeroHash }],
  ])('refuses %s', async (_name, services, access, compute, offered) => {
    await expectRevert(publishing({ services, access, compute, content: offered }), 'Listings_NotServed', [
      services,
      access,
      compute,
    ])
  })

  it('refuses a salt used before in the same market', async () => {
    const listing = await publish(world, { salt, content })
    await expectRevert(publishing({ content: contentOf('another') }), 'Listings_Exists', [listing])
    const market = await createMarket(world, 'second')
    await publishing({ market })
    await publish(world, { maker: stranger, salt, content })
  })

  it('refuses a market that does not exist', async () => {
    await expectRevert(publishing({ market: id('nothing') }), 'Markets_Unknown', [id('nothing')])
  })

  it('refuses a maker who cannot pay the bond, and lists nothing', async () => {
    await by(maker, world.vault).withdraw(world.asset, await vaultBalance(world, maker), maker.address)
    const { args, listing } = await prepareListing(world, { salt, content })
    await expectRevert(asMaker.publish(...args), 'ERC6909InsufficientBalance')
    await expectRevert(listings.get(listing), 'Listings_Unknown', [listing])
  })
})
