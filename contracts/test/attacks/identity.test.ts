import { id, ZeroAddress, ZeroHash } from 'ethers'
import { beforeEach, describe, expect, it } from 'vitest'
import { by } from '../trade/contracts.ts'
import { expectRevert } from '../trade/expect.ts'
import {
  acceptanceBy,
  fulfilled,
  ordersDomain,
  placed,
  quoteFor,
  receiptFor,
  refundOf,
  settlementOf,
} from '../trade/quotes.ts'
import { CONFIG, FROM_VAULT, HOUR, KIND } from '../trade/terms.ts'
import { QUOTE_TYPES } from '../trade/typed-data.ts'
import { contentOf, createMarket, openWorld, prepareListing, publish } from '../trade/world.ts'
import { saltOf } from './support/markets.ts'

const world = await openWorld()
const { buyer, datatrusts, listings, maker, markets, orders, other, patron, signer, stranger } = world

describe('a copied attestation', () => {
  beforeEach(() => world.reset())

  it('is worth nothing to another maker', async () => {
    const { args } = await prepareListing(world, { salt: saltOf('copied') })
    await expectRevert(by(other, listings).publish(...args), 'Listings_BadAttestation')
    await by(maker, listings).publish(...args)
  })

  it('is worth nothing in another market, with another salt, content, service, datatrust or expiry', async () => {
    const second = await createMarket(world, 'second')
    await by(other, datatrusts).register(signer.address, other.address, world.asset, id('key'), 'https://other.example')
    const salt = saltOf('copied')
    const { args } = await prepareListing(world, { salt })
    const [market, , content, prices, datatrust, attestation, payment] = args as [
      string,
      string,
      object,
      object,
      bigint,
      { services: bigint; expiry: bigint },
      object,
    ]
    const swapped = [
      [second, salt, content, prices, datatrust, attestation, payment],
      [market, saltOf('another'), content, prices, datatrust, attestation, payment],
      [market, salt, contentOf('another'), prices, datatrust, attestation, payment],
      [market, salt, { ...content, sizeBytes: 1n }, prices, datatrust, attestation, payment],
      [market, salt, content, prices, datatrust, { ...attestation, services: 7n }, payment],
      [market, salt, content, prices, 2n, attestation, payment],
      [market, salt, content, prices, datatrust, { ...attestation, expiry: attestation.expiry + 1n }, payment],
    ]
    for (const call of swapped) await expectRevert(by(maker, listings).publish(...call), 'Listings_BadAttestation')
  })

  it('is worth nothing twice', async () => {
    const { args } = await prepareListing(world, { salt: saltOf('twice') })
    await by(maker, listings).publish(...args)
    await expectRevert(by(maker, listings).publish(...args), 'Listings_Exists')
  })
})

describe('a squatter', () => {
  beforeEach(() => world.reset())

  it('cannot take the id of somebody else’s market by its salt', async () => {
    const args = [
      id('wanted'),
      world.asset,
      world.curve,
      1_000_000n,
      10n ** 24n,
      ZeroAddress,
      CONFIG,
      2_000_000n,
      FROM_VAULT,
    ]
    const wanted = await by(patron, markets).create.staticCall(...args)
    await by(stranger, markets).create(...args)
    expect(await by(patron, markets).create.staticCall(...args)).toBe(wanted)
    await by(patron, markets).create(...args)
    await expectRevert(by(patron, markets).create(...args), 'Markets_Exists')
  })

  it('cannot take the id of somebody else’s listing by its salt', async () => {
    const salt = saltOf('wanted')
    const squatted = await publish(world, { maker: other, salt })
    const wanted = await publish(world, { salt })
    expect(wanted).not.toBe(squatted)
  })

  it('cannot take the number of somebody else’s order', async () => {
    const quote = await quoteFor(world, KIND.ACCESS)
    await expectRevert(by(stranger, orders).place(quote, FROM_VAULT), 'Orders_NotBuyer')
    const own = await quoteFor(world, KIND.ACCESS, { deal: { buyer: stranger.address } })
    await by(stranger, orders).place(own, FROM_VAULT)
    await by(buyer, orders).place(quote, FROM_VAULT)
  })
})

describe('a replayed quote', () => {
  beforeEach(() => world.reset())

  it('is refused while the order lives, and after it was refunded', async () => {
    const quote = await placed(world, KIND.ACCESS)
    await expectRevert(by(buyer, orders).place(quote, FROM_VAULT), 'Orders_Exists')
    const late = await placed(world, KIND.ACCESS, {
      deal: { n: 2n, fulfilWithin: 600n, placeBy: (await world.chain.now()) + 6n * HOUR },
    })
    await world.chain.wait(2n * HOUR)
    await orders.refund([refundOf(late)])
    await expectRevert(by(buyer, orders).place(late, FROM_VAULT), 'Orders_Exists')
    await expectRevert(by(buyer, orders).placeMany([late, late], FROM_VAULT), 'Orders_Exists')
  })

  it('is refused from another chain, another Orders and another domain', async () => {
    const { deal, goods } = await quoteFor(world, KIND.ACCESS)
    const domain = ordersDomain(world)
    const foreign = [
      { ...domain, chainId: world.chainId + 1n },
      { ...domain, verifyingContract: String(listings.target) },
      { ...domain, name: 'Gristmill Listings' },
      { ...domain, version: '2' },
    ]
    for (const elsewhere of foreign) {
      const signature = await signer.signTypedData(elsewhere, QUOTE_TYPES, { deal, goods })
      await expectRevert(by(buyer, orders).place({ deal, goods, signature }, FROM_VAULT), 'Orders_BadQuote')
    }
  })

  it('is refused once the datatrust signs with another key', async () => {
    const quote = await quoteFor(world, KIND.ACCESS)
    await by(world.operator, datatrusts).update(1n, other.address, world.payout.address, id('key'), 'https://x.example')
    await expectRevert(by(buyer, orders).place(quote, FROM_VAULT), 'Orders_BadQuote')
  })

  it('does not serve for a quote with one field changed', async () => {
    const quote = await quoteFor(world, KIND.ACCESS)
    const goods = { ...quote.goods, recipientKey: id('attacker') }
    await expectRevert(by(buyer, orders).place({ ...quote, goods }, FROM_VAULT), 'Orders_BadQuote')
    const deal = { ...quote.deal, fulfilWithin: quote.deal.fulfilWithin + 1n }
    await expectRevert(by(buyer, orders).place({ ...quote, deal }, FROM_VAULT), 'Orders_BadQuote')
  })
})

describe('a copied acceptance', () => {
  beforeEach(() => world.reset())

  it('is worth nothing for another order or another delivery', async () => {
    const first = await fulfilled(world)
    const second = await fulfilled(world, 0n, { deal: { n: 2n } })
    const acceptance = await acceptanceBy(world, buyer, first.quote, first.receipt)
    await expectRevert(orders.settle([settlementOf(second.quote, second.receipt, acceptance)]), 'Orders_BadAcceptance')
    const otherReceipt = receiptFor(first.quote, { fuel: 1n })
    await expectRevert(orders.settle([settlementOf(first.quote, otherReceipt, acceptance)]), 'Orders_WrongTerms')
    await orders.settle([settlementOf(first.quote, first.receipt, acceptance)])
  })

  it('cannot be signed by the datatrust or the maker in the buyer’s place', async () => {
    const { quote, receipt } = await fulfilled(world)
    for (const forger of [signer, maker, stranger]) {
      const acceptance = await acceptanceBy(world, forger, quote, receipt)
      await expectRevert(orders.settle([settlementOf(quote, receipt, acceptance)]), 'Orders_BadAcceptance')
    }
    expect(receipt.releasedHash).not.toBe(ZeroHash)
  })
})
