import { id, zeroPadValue } from 'ethers'
import { beforeEach, describe, expect, it } from 'vitest'
import { by, type TokenApi } from '../trade/contracts.ts'
import { expectRevert } from '../trade/expect.ts'
import { permitFor } from '../trade/permit.ts'
import { orderIdOf, placed, quoteFor } from '../trade/quotes.ts'
import { ACCESS_PRICE, BPS, COMPUTE_PRICE, CONFIG, FROM_VAULT, KIND, STATUS } from '../trade/terms.ts'
import { createMarket, openWorld, publish, vaultBalance } from '../trade/world.ts'

const world = await openWorld()
const { buyer, orders } = world
const asBuyer = by(buyer, orders)
const pendingOf = (price: bigint): bigint =>
  price - (price * CONFIG.makerBps) / BPS - (price * CONFIG.operatorBps) / BPS
const pendingNow = async (market: string): Promise<bigint> => (await world.markets.reserveOf(market)).pending
const escrow = (): Promise<bigint> => vaultBalance(world, String(orders.target))

describe('Orders.placeMany', () => {
  beforeEach(() => world.reset())

  it('places orders of several listings, kinds and markets with one payment', async () => {
    const market = await createMarket(world, 'second market')
    const listing = await publish(world, { market, salt: id('second') })
    await world.chain.wait(CONFIG.activationSeconds)
    const goods = { runId: id('run') }
    const quotes = [
      await quoteFor(world, KIND.ACCESS),
      await quoteFor(world, KIND.COMPUTE, { goods, deal: { n: 2n } }),
      await quoteFor(world, KIND.COMPUTE, { goods, deal: { listing, market } }),
    ]
    const before = await vaultBalance(world, buyer)
    expect(await asBuyer.placeMany.staticCall(quotes, FROM_VAULT)).toEqual(quotes.map(({ deal }) => orderIdOf(deal)))
    await asBuyer.placeMany(quotes, FROM_VAULT)
    for (const { deal } of quotes) expect((await orders.statusOf(orderIdOf(deal)))[0]).toBe(STATUS.PLACED)
    expect(before - (await vaultBalance(world, buyer))).toBe(ACCESS_PRICE + 2n * COMPUTE_PRICE)
    expect(await pendingNow(world.market)).toBe(pendingOf(ACCESS_PRICE) + pendingOf(COMPUTE_PRICE))
    expect(await pendingNow(market)).toBe(pendingOf(COMPUTE_PRICE))
  })

  it('takes one permit of the sum', async () => {
    const quotes = [await quoteFor(world, KIND.ACCESS), await quoteFor(world, KIND.COMPUTE, { deal: { n: 2n } })]
    await asBuyer.placeMany(quotes, await permitFor(world, ACCESS_PRICE + COMPUTE_PRICE))
    expect(await escrow()).toBe(ACCESS_PRICE + COMPUTE_PRICE)
  })

  it('places nothing if one of them cannot be placed', async () => {
    const good = await quoteFor(world, KIND.ACCESS, { deal: { n: 2n } })
    const bad = await quoteFor(world, KIND.COMPUTE, { deal: { n: 3n, failureBps: 0n } })
    await expectRevert(asBuyer.placeMany([good, bad], FROM_VAULT), 'Orders_DealMismatch')
    expect((await orders.statusOf(orderIdOf(good.deal)))[0]).toBe(STATUS.NONE)
    expect(await escrow()).toBe(0n)
  })

  it('refuses the same number twice in a batch', async () => {
    const quote = await quoteFor(world, KIND.ACCESS)
    await expectRevert(asBuyer.placeMany([quote, quote], FROM_VAULT), 'Orders_Exists', [orderIdOf(quote.deal)])
  })

  it('refuses orders of different assets', async () => {
    const other = await world.chain.ethers.deployContract('TestToken')
    const first = await quoteFor(world, KIND.ACCESS)
    const second = await quoteFor(world, KIND.ACCESS, { deal: { n: 2n, asset: String(other.target) } })
    await expectRevert(asBuyer.placeMany([first, second], FROM_VAULT), 'Orders_DealMismatch', [
      `0x${Buffer.from('asset').toString('hex').padEnd(64, '0')}`,
      zeroPadValue(world.asset, 32),
      zeroPadValue(String(other.target), 32).toLowerCase(),
    ])
  })

  it('refuses orders of markets in different assets, each right by itself', async () => {
    const other = await world.chain.deploy<TokenApi>('TestToken', [])
    const abroad = { ...world, token: other, asset: String(other.target) }
    for (const account of [world.patron, world.maker, world.operator, world.buyer]) {
      await other.mint(account.address, 10n ** 12n)
      await by(account, other).approve(world.vault.target, 10n ** 12n)
      await by(account, world.vault).deposit(other.target, 10n ** 12n, account.address)
    }
    const { signer, payout, operator, datatrusts } = world
    await by(operator, datatrusts).register(
      signer.address,
      payout.address,
      other.target,
      id('key'),
      'https://b.example',
    )
    await by(operator, datatrusts).bond(2n, CONFIG.minBond, FROM_VAULT)
    const market = await createMarket(abroad, 'abroad')
    const listing = await publish(abroad, { market, datatrust: 2n, salt: id('abroad') })
    await world.chain.wait(CONFIG.activationSeconds)
    const first = await quoteFor(world, KIND.ACCESS)
    const second = await quoteFor(abroad, KIND.ACCESS, { deal: { n: 2n, market, listing, datatrust: 2n } })
    await expectRevert(asBuyer.placeMany([first, second], FROM_VAULT), 'Orders_DealMismatch', [
      `0x${Buffer.from('asset').toString('hex').padEnd(64, '0')}`,
      zeroPadValue(world.asset, 32),
      zeroPadValue(abroad.asset, 32).toLowerCase(),
    ])
    await asBuyer.placeMany([second], FROM_VAULT)
  })

  it('refuses an empty batch', async () => {
    await expectRevert(asBuyer.placeMany([], FROM_VAULT), 'Orders_Empty')
  })

  it('refuses an order of another buyer', async () => {
    const quote = await placed(world, KIND.ACCESS)
    await expectRevert(by(world.stranger, orders).placeMany([quote], FROM_VAULT), 'Orders_NotBuyer')
  })
})
