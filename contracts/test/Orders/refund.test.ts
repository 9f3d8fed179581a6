import { id, ZeroHash } from 'ethers'
import { beforeEach, describe, expect, it } from 'vitest'
import { by } from '../trade/contracts.ts'
import { expectRevert } from '../trade/expect.ts'
import { fulfilled, goodsHashOf, orderIdOf, placed, quoteFor, refundOf } from '../trade/quotes.ts'
import { ACCESS_PRICE, COMPUTE_PRICE, CONFIG, DAY, FROM_VAULT, HOUR, KIND, STATUS } from '../trade/terms.ts'
import { createMarket, DEPOSITED, openWorld, publish, totalInVault, vaultBalance, type World } from '../trade/world.ts'

const world = await openWorld()
const { buyer, orders, signer, stranger } = world
const asStranger = by(stranger, orders)
const pendingNow = async (): Promise<bigint> => (await world.markets.reserveOf(world.market)).pending

/** A listing in another asset, sold by a datatrust that is bonded in it. */
async function openSecondAsset({ chain, maker, buyer, patron, operator, signer, payout, vault, datatrusts }: World) {
  const token = await chain.deploy<typeof world.token>('TestToken', [])
  const asset = String(token.target)
  for (const account of [maker, buyer, patron, operator]) {
    await token.mint(account.address, 10n ** 12n)
    await by(account, token).approve(vault.target, 10n ** 12n)
    await by(account, vault).deposit(asset, 10n ** 12n, account.address)
  }
  await by(operator, datatrusts).register(signer.address, payout.address, asset, ZeroHash, 'https://two.example')
  await by(operator, datatrusts).bond(2n, CONFIG.minBond, FROM_VAULT)
  const second = { ...world, token, asset, datatrust: 2n }
  const market = await createMarket(second, 'second asset')
  const listing = await publish({ ...second, market })
  await chain.wait(CONFIG.activationSeconds)
  return { deal: { asset, market, listing, datatrust: 2n } }
}

describe('Orders.refund', () => {
  beforeEach(() => world.reset())

  it('returns the whole price to the buyer, whoever calls, and takes it from pending', async () => {
    const before = await vaultBalance(world, buyer)
    const quote = await placed(world, KIND.COMPUTE)
    await world.chain.wait(2n * HOUR + 1n)
    await asStranger.refund([refundOf(quote)])
    expect(await vaultBalance(world, buyer)).toBe(before)
    expect(await vaultBalance(world, String(orders.target))).toBe(0n)
    expect(await pendingNow()).toBe(0n)
    expect((await orders.statusOf(orderIdOf(quote.deal)))[0]).toBe(STATUS.REFUNDED)
    const [event] = await orders.queryFilter('OrderRefunded')
    expect(orders.interface.parseLog(event as never)?.args.toArray()).toEqual([orderIdOf(quote.deal), COMPUTE_PRICE])
    expect(await totalInVault(world)).toBe(DEPOSITED)
  })

  it('opens strictly after fulfilBy plus one hour', async () => {
    const quote = await placed(world, KIND.ACCESS)
    const opensAfter = (await world.chain.now()) + quote.deal.fulfilWithin + HOUR
    await world.chain.nextBlockAt(opensAfter)
    await expectRevert(asStranger.refund([refundOf(quote)]), 'Orders_TooEarly', [orderIdOf(quote.deal), opensAfter])
    await world.chain.nextBlockAt(opensAfter + 1n)
    await asStranger.refund([refundOf(quote)])
  })

  it('refunds many at once, each once, and skips what is settled or refunded', async () => {
    const before = await vaultBalance(world, buyer)
    const access = await placed(world, KIND.ACCESS)
    const run = await placed(world, KIND.COMPUTE, { deal: { n: 2n } })
    const delivered = await placed(world, KIND.ACCESS, { deal: { n: 3n } })
    await by(signer, orders).deliver(delivered.deal, goodsHashOf(delivered.goods))
    await world.chain.wait(2n * HOUR + 1n)
    await asStranger.refund([refundOf(access), refundOf(delivered), refundOf(run), refundOf(run)])
    await asStranger.refund([refundOf(access)])
    expect(before - (await vaultBalance(world, buyer))).toBe(ACCESS_PRICE)
    expect(await totalInVault(world)).toBe(DEPOSITED)
  })

  it('returns each price in its own asset, with neighbours of one buyer', async () => {
    const other = await openSecondAsset(world)
    const first = await placed(world, KIND.ACCESS)
    const second = await placed(world, KIND.ACCESS, { deal: other.deal })
    const before = [await vaultBalance(world, buyer), await vaultBalance(world, buyer, other.deal.asset)]
    await world.chain.wait(2n * HOUR + 1n)
    await asStranger.refund([refundOf(first), refundOf(second)])
    const after = [await vaultBalance(world, buyer), await vaultBalance(world, buyer, other.deal.asset)]
    expect(after.map((balance, i) => balance - before[i]!)).toEqual([ACCESS_PRICE, ACCESS_PRICE])
  })

  it('leaves an order alone that was fulfilled, however late', async () => {
    const { quote } = await fulfilled(world)
    await world.chain.wait(30n * DAY)
    const before = await vaultBalance(world, buyer)
    await asStranger.refund([refundOf(quote)])
    expect(await vaultBalance(world, buyer)).toBe(before)
    expect((await orders.statusOf(orderIdOf(quote.deal)))[0]).toBe(STATUS.FULFILLED)
  })

  it('refuses an order never placed', async () => {
    const quote = await quoteFor(world, KIND.ACCESS)
    await expectRevert(asStranger.refund([refundOf(quote)]), 'Orders_WrongStatus', [orderIdOf(quote.deal), STATUS.NONE])
  })

  it('refuses other terms: more money, another token, other goods', async () => {
    const quote = await placed(world, KIND.ACCESS)
    await world.chain.wait(2n * HOUR + 1n)
    const { deal, goodsHash } = refundOf(quote)
    for (const change of [{ price: 10n * ACCESS_PRICE }, { asset: stranger.address }, { market: id('other') }]) {
      await expectRevert(asStranger.refund([{ deal: { ...deal, ...change }, goodsHash }]), 'Orders_WrongTerms', [
        orderIdOf(quote.deal),
      ])
    }
    await expectRevert(asStranger.refund([{ deal, goodsHash: id('other') }]), 'Orders_WrongTerms')
  })

  it('refuses an empty batch', async () => {
    await expectRevert(asStranger.refund([]), 'Orders_Empty')
  })

  it('ends a free order too, and its access', async () => {
    const listing = await publish(world, { salt: id('free'), access: 0n })
    await world.chain.wait(CONFIG.activationSeconds)
    const quote = await placed(world, KIND.ACCESS, { deal: { listing, price: 0n } })
    expect(await orders.hasAccess(listing, buyer.address, 1n)).toBe(true)
    await world.chain.wait(2n * HOUR + 1n)
    await asStranger.refund([refundOf(quote)])
    expect(await orders.hasAccess(listing, buyer.address, 1n)).toBe(false)
  })
})
