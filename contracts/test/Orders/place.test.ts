import { id, MaxUint256, TypedDataEncoder, ZeroHash, zeroPadValue } from 'ethers'
import { beforeEach, describe, expect, it } from 'vitest'
import { by, type TokenApi, type WalletApi } from '../trade/contracts.ts'
import { expectRevert } from '../trade/expect.ts'
import { permitFor } from '../trade/permit.ts'
import { fairly, orderIdOf, ordersDomain, placed, quoteFor } from '../trade/quotes.ts'
import {
  ACCESS_PRICE,
  BPS,
  COMPENSATION,
  COMPUTE_PRICE,
  CONFIG,
  type Content,
  DAY,
  type Deal,
  FROM_VAULT,
  FROM_WALLET,
  type Goods,
  HOUR,
  KIND,
  MINUTE,
  STATUS,
} from '../trade/terms.ts'
import { QUOTE_TYPES } from '../trade/typed-data.ts'
import { DEPOSITED, openWorld, publish, termsHashOf, totalInVault, vaultBalance } from '../trade/world.ts'

const world = await openWorld()
const { buyer, orders, stranger } = world
const asBuyer = by(buyer, orders)
const addressWord = (address: string): string => zeroPadValue(address, 32)
const numberWord = (value: bigint): string => `0x${value.toString(16).padStart(64, '0')}`
const fieldName = (name: string): string => `0x${Buffer.from(name).toString('hex').padEnd(64, '0')}`
const pendingOf = (price: bigint): bigint =>
  price - (price * CONFIG.makerBps) / BPS - (price * CONFIG.operatorBps) / BPS
const pendingNow = async (): Promise<bigint> => (await world.markets.reserveOf(world.market)).pending

describe('Orders.place', () => {
  beforeEach(() => world.reset())

  describe('when the quote is what the chain holds', () => {
    it.each([
      ['access', KIND.ACCESS, ACCESS_PRICE],
      ['compute', KIND.COMPUTE, COMPUTE_PRICE],
    ])('escrows the price of %s and counts what may reach the market as pending', async (_name, kind, price) => {
      const quote = await quoteFor(world, kind)
      const before = await vaultBalance(world, buyer)
      await asBuyer.place(quote, FROM_VAULT)
      expect(before - (await vaultBalance(world, buyer))).toBe(price)
      expect(await vaultBalance(world, String(orders.target))).toBe(price)
      expect(await pendingNow()).toBe(pendingOf(price))
      expect(await totalInVault(world)).toBe(DEPOSITED)
    })

    it('stores one slot: placed, of its kind, until fulfilWithin after now', async () => {
      const quote = await placed(world, KIND.COMPUTE, { deal: { fulfilWithin: 2n * HOUR } })
      const deadline = (await world.chain.now()) + 2n * HOUR
      expect(await orders.statusOf(orderIdOf(quote.deal))).toEqual([STATUS.PLACED, KIND.COMPUTE, deadline])
    })

    it('emits all terms', async () => {
      const quote = await quoteFor(world, KIND.COMPUTE, { goods: { runId: id('run') } })
      const receipt = await (await asBuyer.place(quote, FROM_VAULT)).wait()
      const [event] = await orders.queryFilter('OrderPlaced', receipt?.blockNumber)
      const args = orders.interface.parseLog(event as never)?.args.toObject(true)
      expect(args).toEqual({
        orderId: orderIdOf(quote.deal),
        listing: world.listing,
        buyer: buyer.address,
        deal: quote.deal,
        goods: quote.goods,
      })
    })

    it('takes a free order without money', async () => {
      const listing = await publish(world, { salt: id('free'), access: 0n })
      await world.chain.wait(CONFIG.activationSeconds)
      const quote = await quoteFor(world, KIND.ACCESS, { deal: { listing, price: 0n, buyer: buyer.address } })
      await by(buyer, world.vault).setOperator(orders.target, false)
      await asBuyer.place(quote, FROM_VAULT)
      expect(await pendingNow()).toBe(0n)
      expect((await orders.statusOf(orderIdOf(quote.deal)))[0]).toBe(STATUS.PLACED)
    })

    it('accepts the signature of a contract (ERC-1271) as that of the signer', async () => {
      const wallet = await world.chain.ethers.deployContract('Wallet', [stranger.address])
      const { operator, payout, datatrusts, datatrust } = world
      await by(operator, datatrusts).update(datatrust, wallet.target, payout.address, id('key'), 'https://d.example')
      await asBuyer.place(await quoteFor(world, KIND.ACCESS, { signer: stranger }), FROM_VAULT)
      const other = await quoteFor(world, KIND.ACCESS, { signer: world.signer, deal: { n: 2n } })
      await expectRevert(asBuyer.place(other, FROM_VAULT), 'Orders_BadQuote')
    })

    it('sells to a contract', async () => {
      const { ethers } = world.chain
      const wallet = (await ethers.deployContract('Wallet', [stranger.address])) as WalletApi
      const address = String(wallet.target)
      await by(buyer, world.vault).transfer(address, BigInt(world.asset), ACCESS_PRICE)
      const asWallet = by(stranger, wallet)
      const approve = world.vault.interface.encodeFunctionData('setOperator', [orders.target, true])
      await asWallet.run(world.vault.target, approve)
      const quote = await quoteFor(world, KIND.ACCESS, { deal: { buyer: address } })
      await asWallet.run(orders.target, orders.interface.encodeFunctionData('place', [quote, FROM_VAULT]))
      expect((await orders.statusOf(orderIdOf(quote.deal)))[0]).toBe(STATUS.PLACED)
    })
  })

  describe('when the buyer pays from the wallet', () => {
    it('takes a permit in the same transaction', async () => {
      const before = await world.token.balanceOf(buyer.address)
      await asBuyer.place(await quoteFor(world, KIND.ACCESS), await permitFor(world, ACCESS_PRICE))
      expect(before - (await world.token.balanceOf(buyer.address))).toBe(ACCESS_PRICE)
      expect(await vaultBalance(world, String(orders.target))).toBe(ACCESS_PRICE)
    })

    it('places although somebody else submitted the permit first', async () => {
      const permit = await permitFor(world, ACCESS_PRICE)
      const { v, r, s, permitDeadline } = permit
      await by(stranger, world.token).permit(buyer.address, orders.target, ACCESS_PRICE, permitDeadline, v, r, s)
      await asBuyer.place(await quoteFor(world, KIND.ACCESS), permit)
      expect(await vaultBalance(world, String(orders.target))).toBe(ACCESS_PRICE)
    })

    it('takes a standing allowance', async () => {
      await by(buyer, world.token).approve(orders.target, ACCESS_PRICE)
      await asBuyer.place(await quoteFor(world, KIND.ACCESS), FROM_WALLET)
      expect(await vaultBalance(world, String(orders.target))).toBe(ACCESS_PRICE)
    })

    it('refuses without either, and nothing is placed', async () => {
      const quote = await quoteFor(world, KIND.ACCESS)
      await expectRevert(asBuyer.place(quote, FROM_WALLET), 'ERC20InsufficientAllowance')
      expect((await orders.statusOf(orderIdOf(quote.deal)))[0]).toBe(STATUS.NONE)
    })
  })

  it('refuses a buyer whose Vault balance is too small', async () => {
    const { vault, asset } = world
    await by(buyer, vault).withdraw(asset, await vaultBalance(world, buyer), buyer.address)
    const quote = await quoteFor(world, KIND.ACCESS)
    await expectRevert(asBuyer.place(quote, FROM_VAULT), 'ERC6909InsufficientBalance')
  })

  it('refuses anybody but the buyer', async () => {
    const quote = await quoteFor(world, KIND.ACCESS)
    await expectRevert(by(stranger, orders).place(quote, FROM_VAULT), 'Orders_NotBuyer', [
      buyer.address,
      stranger.address,
    ])
  })

  it('refuses a number already used for the listing, whatever became of the order', async () => {
    const quote = await placed(world, KIND.ACCESS)
    const orderId = orderIdOf(quote.deal)
    await expectRevert(asBuyer.place(quote, FROM_VAULT), 'Orders_Exists', [orderId])
    const again = await quoteFor(world, KIND.COMPUTE)
    await expectRevert(asBuyer.place(again, FROM_VAULT), 'Orders_Exists', [orderId])
  })

  it('refuses a quote signed by somebody else', async () => {
    const quote = await quoteFor(world, KIND.ACCESS, { signer: stranger })
    const digest = TypedDataEncoder.hash(ordersDomain(world), QUOTE_TYPES, quote)
    await expectRevert(asBuyer.place(quote, FROM_VAULT), 'Orders_BadQuote', [world.datatrust, digest])
  })

  it.each(['0x', '0x00', `0x${'11'.repeat(64)}`, `0x${'11'.repeat(66)}`])(
    'refuses %s as a signature',
    async (signature) => {
      const quote = await quoteFor(world, KIND.ACCESS)
      await expectRevert(asBuyer.place({ ...quote, signature }, FROM_VAULT), 'Orders_BadQuote')
    },
  )

  describe('given a deal that differs from the chain in one field', () => {
    const differences: readonly [keyof Deal, bigint | string, string, string][] = [
      ['price', ACCESS_PRICE - 1n, numberWord(ACCESS_PRICE), numberWord(ACCESS_PRICE - 1n)],
      ['price', MaxUint256, numberWord(ACCESS_PRICE), numberWord(MaxUint256)],
      ['maker', stranger.address, addressWord(world.maker.address), addressWord(stranger.address)],
      ['operator', stranger.address, addressWord(world.payout.address), addressWord(stranger.address)],
      ['datatrust', 2n, numberWord(1n), numberWord(2n)],
      ['market', id('no market'), world.market, id('no market')],
      ['asset', stranger.address, addressWord(world.asset), addressWord(stranger.address)],
      ['makerBps', 7_001n, numberWord(7_000n), numberWord(7_001n)],
      ['operatorBps', 501n, numberWord(500n), numberWord(501n)],
      ['curatorsBps', 0n, numberWord(200n), numberWord(0n)],
      ['failureBps', 3_000n, numberWord(1_000n), numberWord(3_000n)],
      ['window', 1n, numberWord(0n), numberWord(1n)],
      ['compensation', 1n, numberWord(0n), numberWord(1n)],
    ]

    it.each(differences)('names %s: %s', async (field, value, expected, actual) => {
      const quote = await quoteFor(world, KIND.ACCESS, { deal: { [field]: value } })
      await expectRevert(asBuyer.place(quote, FROM_VAULT), 'Orders_DealMismatch', [fieldName(field), expected, actual])
    })

    it('names the window of a run', async () => {
      const quote = await quoteFor(world, KIND.COMPUTE, { deal: { window: DAY - 1n } })
      const args = [fieldName('window'), numberWord(DAY), numberWord(DAY - 1n)]
      await expectRevert(asBuyer.place(quote, FROM_VAULT), 'Orders_DealMismatch', args)
    })

    it.each([
      ['window', KIND.ACCESS, 0n, CONFIG.complaintWindowSeconds],
      ['window', KIND.COMPUTE, 0n, CONFIG.disputeWindowSeconds],
      ['compensation', KIND.ACCESS, COMPENSATION + 1n, COMPENSATION],
      ['compensation', KIND.COMPUTE, 0n, COMPENSATION],
    ] as const)('names the %s of a fair exchange of kind %s', async (field, kind, value, expected) => {
      const quote = await quoteFor(world, kind, fairly(kind, id('key'), { deal: { [field]: value } }))
      const args = [fieldName(field), numberWord(expected), numberWord(value)]
      await expectRevert(asBuyer.place(quote, FROM_VAULT), 'Orders_DealMismatch', args)
    })

    it('names the price of the other kind', async () => {
      const quote = await quoteFor(world, KIND.COMPUTE, { deal: { price: ACCESS_PRICE } })
      const args = [fieldName('price'), numberWord(COMPUTE_PRICE), numberWord(ACCESS_PRICE)]
      await expectRevert(asBuyer.place(quote, FROM_VAULT), 'Orders_DealMismatch', args)
    })

    it('knows no such listing', async () => {
      const quote = await quoteFor(world, KIND.ACCESS, { deal: { listing: id('nothing') } })
      await expectRevert(asBuyer.place(quote, FROM_VAULT), 'Listings_Unknown', [id('nothing')])
    })

    it.each([
      ['buyer', stranger.address],
      ['n', 2n],
      ['kind', KIND.COMPUTE],
      ['placeBy', 0n],
      ['fulfilWithin', HOUR + 1n],
    ])('refuses %s altered after signing', async (field, value) => {
      const quote = await quoteFor(world, KIND.ACCESS)
      const deal = { ...quote.deal, [field]: field === 'placeBy' ? quote.deal.placeBy + 1n : value }
      const sender = field === 'buyer' ? stranger : buyer
      const expected = field === 'kind' ? 'Orders_BadGoods' : 'Orders_BadQuote'
      await expectRevert(by(sender, orders).place({ ...quote, deal }, FROM_VAULT), expected)
    })
  })

  describe('given goods that differ from the listing in one field', () => {
    const fields: readonly [keyof Content, string | bigint][] = [
      ['contentRoot', id('other')],
      ['sizeBytes', 81_281n],
      ['metadataHash', id('other')],
      ['policyHash', ZeroHash],
    ]
    it.each(fields)('refuses another %s', async (field, value) => {
      const termsHash = termsHashOf({ ...world.content, [field]: value })
      const quote = await quoteFor(world, KIND.ACCESS, { goods: { termsHash } })
      const args = [termsHashOf(world.content), termsHash]
      await expectRevert(asBuyer.place(quote, FROM_VAULT), 'Orders_GoodsMismatch', args)
    })

    it('refuses a recipient altered after signing', async () => {
      const quote = await quoteFor(world, KIND.ACCESS)
      const goods = { ...quote.goods, recipientKey: id('thief') }
      await expectRevert(asBuyer.place({ ...quote, goods }, FROM_VAULT), 'Orders_BadQuote')
    })
  })

  describe('given goods of another kind', () => {
    const bad: readonly [bigint, keyof Goods, string][] = [
      [KIND.ACCESS, 'recipientKey', ZeroHash],
      [KIND.ACCESS, 'algorithm', id('algorithm')],
      [KIND.ACCESS, 'parametersHash', id('parameters')],
      [KIND.ACCESS, 'runtimeDigest', id('runtime')],
      [KIND.ACCESS, 'runId', id('run')],
      [KIND.COMPUTE, 'recipientKey', ZeroHash],
      [KIND.COMPUTE, 'algorithm', ZeroHash],
      [KIND.COMPUTE, 'parametersHash', ZeroHash],
      [KIND.COMPUTE, 'runtimeDigest', ZeroHash],
    ]
    it.each(bad)('refuses kind %s with %s %s', async (kind, field, value) => {
      const quote = await quoteFor(world, kind, { goods: { [field]: value } })
      await expectRevert(asBuyer.place(quote, FROM_VAULT), 'Orders_BadGoods', [kind, fieldName(field)])
    })

    const { address } = stranger
    it.each([
      ['a key hash and no session key', KIND.ACCESS, 'keyHash', {}, { keyHash: id('key') }],
      ['a session key and no key hash', KIND.ACCESS, 'keyHash', { ackKey: address }, {}],
      ['a key hash and no session key', KIND.COMPUTE, 'keyHash', {}, { keyHash: id('key') }],
      ['an arbiter', KIND.ACCESS, 'arbiter', { arbiter: address }, {}],
    ])('refuses %s in kind %s', async (_, kind, field, deal, goods) => {
      const quote = await quoteFor(world, kind, { deal, goods })
      await expectRevert(asBuyer.place(quote, FROM_VAULT), 'Orders_BadGoods', [kind, fieldName(field)])
    })

    it.each([
      ['a fair exchange without a recipient key', KIND.ACCESS, fairly(KIND.ACCESS, id('key'))],
      ['a fair run without a recipient key', KIND.COMPUTE, fairly(KIND.COMPUTE, id('key'))],
    ])('takes %s', async (_, kind, terms) => {
      await placed(world, kind, { ...terms, goods: { ...terms.goods, recipientKey: ZeroHash } })
    })

    it('takes a run with a session key and an arbiter, and no key hash', async () => {
      await placed(world, KIND.COMPUTE, { deal: { ackKey: address, arbiter: address } })
    })
  })

  describe('when it is too early or too late', () => {
    it('takes a quote in the last second of placeBy and not a second later', async () => {
      const now = await world.chain.now()
      const placeBy = now + HOUR
      const first = await quoteFor(world, KIND.ACCESS, { deal: { placeBy } })
      const second = await quoteFor(world, KIND.ACCESS, { deal: { placeBy, n: 2n } })
      await world.chain.nextBlockAt(placeBy)
      await asBuyer.place(first, FROM_VAULT)
      await world.chain.nextBlockAt(placeBy + 1n)
      await expectRevert(asBuyer.place(second, FROM_VAULT), 'Orders_QuoteExpired', [placeBy])
    })

    it('refuses a placeBy more than seven days ahead', async () => {
      const now = (await world.chain.now()) + 10n
      const quote = await quoteFor(world, KIND.ACCESS, { deal: { placeBy: now + 7n * DAY + 1n } })
      await world.chain.nextBlockAt(now)
      await expectRevert(asBuyer.place(quote, FROM_VAULT), 'Orders_BadPeriod', [
        now + 7n * DAY + 1n,
        now,
        now + 7n * DAY,
      ])
      await world.chain.nextBlockAt(now + 1n)
      await asBuyer.place(quote, FROM_VAULT)
    })

    it.each([
      [10n * MINUTE - 1n, false],
      [10n * MINUTE, true],
      [7n * DAY, true],
      [7n * DAY + 1n, false],
    ])('fulfilWithin of %s seconds: %s', async (fulfilWithin, isGood) => {
      const placing = asBuyer.place(await quoteFor(world, KIND.ACCESS, { deal: { fulfilWithin } }), FROM_VAULT)
      if (isGood) await placing
      else await expectRevert(placing, 'Orders_BadPeriod', [fulfilWithin, 10n * MINUTE, 7n * DAY])
    })

    it('takes orders from the first second of activity', async () => {
      const listing = await publish(world, { salt: id('young') })
      const activeFrom = (await world.chain.now()) + CONFIG.activationSeconds
      const quote = await quoteFor(world, KIND.ACCESS, { deal: { listing, placeBy: activeFrom } })
      await world.chain.nextBlockAt(activeFrom - 1n)
      await expectRevert(asBuyer.place(quote, FROM_VAULT), 'Orders_ListingClosed', [listing, activeFrom, 0n])
      await world.chain.nextBlockAt(activeFrom)
      await asBuyer.place(quote, FROM_VAULT)
    })

    it('takes orders until the second before the exit', async () => {
      await by(world.maker, world.listings).exit(world.listing)
      const exitAt = (await world.chain.now()) + CONFIG.exitDelaySeconds
      const activeFrom = (await world.listings.get(world.listing)).activeFrom
      const first = await quoteFor(world, KIND.ACCESS, { deal: { placeBy: exitAt } })
      const second = await quoteFor(world, KIND.ACCESS, { deal: { placeBy: exitAt, n: 2n } })
      await world.chain.nextBlockAt(exitAt - 1n)
      await asBuyer.place(first, FROM_VAULT)
      await world.chain.nextBlockAt(exitAt)
      const args = [world.listing, activeFrom, exitAt]
      await expectRevert(asBuyer.place(second, FROM_VAULT), 'Orders_ListingClosed', args)
    })
  })

  describe('when the price changes', () => {
    it('refuses the old quote and takes a new one', async () => {
      const old = await quoteFor(world, KIND.ACCESS)
      await by(world.maker, world.listings).setPrices(world.listing, { access: 5n, compute: COMPUTE_PRICE })
      const args = [fieldName('price'), numberWord(5n), numberWord(ACCESS_PRICE)]
      await expectRevert(asBuyer.place(old, FROM_VAULT), 'Orders_DealMismatch', args)
      await asBuyer.place(await quoteFor(world, KIND.ACCESS, { deal: { price: 5n } }), FROM_VAULT)
    })

    it('refuses a service that is no longer offered', async () => {
      const notOffered = await world.listings.NOT_OFFERED()
      await by(world.maker, world.listings).setPrices(world.listing, { access: notOffered, compute: COMPUTE_PRICE })
      const quote = await quoteFor(world, KIND.ACCESS, { deal: { price: notOffered } })
      await expectRevert(asBuyer.place(quote, FROM_VAULT), 'Orders_NotOffered', [world.listing, KIND.ACCESS])
    })
  })

  describe('when the config changes', () => {
    it('binds quotes from the second it is in force', async () => {
      const config = { ...CONFIG, makerBps: 8_000n }
      await by(world.patron, world.markets).setConfig(world.market, config)
      const effectiveAt = (await world.chain.now()) + 7n * DAY
      await world.chain.nextBlockAt(effectiveAt - 1n)
      await asBuyer.place(await quoteFor(world, KIND.ACCESS, { deal: { placeBy: effectiveAt } }), FROM_VAULT)
      const old = await quoteFor(world, KIND.ACCESS, { deal: { n: 2n } })
      await world.chain.nextBlockAt(effectiveAt)
      const args = [fieldName('makerBps'), numberWord(8_000n), numberWord(7_000n)]
      await expectRevert(asBuyer.place(old, FROM_VAULT), 'Orders_DealMismatch', args)
    })
  })

  describe('when the bond of the datatrust is too low', () => {
    it('refuses, what is unbonding not counted', async () => {
      await by(world.operator, world.datatrusts).unbond(world.datatrust, 1n)
      await expectRevert(asBuyer.place(await quoteFor(world, KIND.ACCESS), FROM_VAULT), 'Orders_BondTooLow', [
        world.datatrust,
        CONFIG.minBond - 1n,
        CONFIG.minBond,
      ])
    })

    it('refuses a bond in another asset, whatever its amount', async () => {
      const { operator, signer, payout, datatrusts } = world
      const other = (await world.chain.ethers.deployContract('TestToken')) as TokenApi
      await by(operator, datatrusts).register(signer.address, payout.address, other.target, id('key'), 'https://d')
      await other.mint(operator.address, CONFIG.minBond)
      await by(operator, other).approve(datatrusts.target, CONFIG.minBond)
      await by(operator, datatrusts).bond(2n, CONFIG.minBond, FROM_WALLET)
      const listing = await publish(world, { salt: id('elsewhere'), datatrust: 2n })
      await world.chain.wait(CONFIG.activationSeconds)
      const quote = await quoteFor(world, KIND.ACCESS, { deal: { listing, datatrust: 2n } })
      await expectRevert(asBuyer.place(quote, FROM_VAULT), 'Orders_BondTooLow', [2n, 0n, CONFIG.minBond])
    })
  })
})
