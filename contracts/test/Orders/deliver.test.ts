import { id } from 'ethers'
import { beforeEach, describe, expect, it } from 'vitest'
import { by } from '../trade/contracts.ts'
import { expectRevert } from '../trade/expect.ts'
import { goodsHashOf, orderIdOf, placed, quoteFor, refundOf } from '../trade/quotes.ts'
import { ACCESS_PRICE, BPS, CONFIG, DAY, KIND, STATUS } from '../trade/terms.ts'
import { DEPOSITED, openWorld, publish, totalInVault, vaultBalance } from '../trade/world.ts'

const world = await openWorld()
const { orders, signer, stranger } = world
const asSigner = by(signer, orders)

describe('Orders.deliver', () => {
  beforeEach(() => world.reset())

  it('settles at once: maker, operator and reserve are paid, the curators’ part waits', async () => {
    const reserveBefore = await world.markets.reserveOf(world.market)
    const makerBefore = await vaultBalance(world, world.maker)
    const operatorBefore = await vaultBalance(world, world.payout)
    const quote = await placed(world, KIND.ACCESS)
    await asSigner.deliver(quote.deal, goodsHashOf(quote.goods))

    const toMaker = (ACCESS_PRICE * CONFIG.makerBps) / BPS
    const toOperator = (ACCESS_PRICE * CONFIG.operatorBps) / BPS
    const toCurators = (ACCESS_PRICE * CONFIG.curatorsBps) / BPS
    const toReserve = ACCESS_PRICE - toMaker - toOperator - toCurators
    const reward = toReserve / 2n
    const [event] = await orders.queryFilter('OrderSettled')
    expect(orders.interface.parseLog(event as never)?.args.toArray()).toEqual([
      orderIdOf(quote.deal),
      toMaker,
      toOperator,
      toCurators,
      toReserve,
      0n,
    ])
    expect((await vaultBalance(world, world.maker)) - makerBefore).toBe(toMaker + reward)
    expect((await vaultBalance(world, world.payout)) - operatorBefore).toBe(toOperator)
    expect(await vaultBalance(world, String(orders.target))).toBe(toCurators)
    expect(await orders.accrualOf(world.listing)).toEqual([toCurators, reward])
    const reserve = await world.markets.reserveOf(world.market)
    expect(reserve.locked).toBe(toReserve)
    expect(reserve.pending).toBe(toCurators)
    expect(reserveBefore.bounty - reserve.bounty).toBe(reward)
    expect((await orders.statusOf(orderIdOf(quote.deal)))[0]).toBe(STATUS.SETTLED)
    expect(await totalInVault(world)).toBe(DEPOSITED)
  })

  it('delivers a free order without moving money', async () => {
    const listing = await publish(world, { salt: id('free'), access: 0n })
    await world.chain.wait(CONFIG.activationSeconds)
    const quote = await placed(world, KIND.ACCESS, { deal: { listing, price: 0n } })
    await asSigner.deliver(quote.deal, goodsHashOf(quote.goods))
    expect((await orders.statusOf(orderIdOf(quote.deal)))[0]).toBe(STATUS.SETTLED)
    expect(await orders.accrualOf(listing)).toEqual([0n, 0n])
    expect(await orders.hasAccess(listing, world.buyer.address, 1n)).toBe(true)
  })

  it('delivers after fulfilBy as long as nobody has refunded', async () => {
    const late = await placed(world, KIND.ACCESS)
    const refunded = await placed(world, KIND.ACCESS, { deal: { n: 2n } })
    await world.chain.wait(30n * DAY)
    await asSigner.deliver(late.deal, goodsHashOf(late.goods))
    await orders.refund([refundOf(refunded)])
    await expectRevert(asSigner.deliver(refunded.deal, goodsHashOf(refunded.goods)), 'Orders_WrongStatus', [
      orderIdOf(refunded.deal),
      STATUS.REFUNDED,
    ])
  })

  it('pays the payout address of the deal, whatever the operator changed since', async () => {
    const quote = await placed(world, KIND.ACCESS)
    const before = await vaultBalance(world, world.payout)
    const { operator, datatrusts, datatrust } = world
    await by(operator, datatrusts).update(datatrust, signer.address, stranger.address, id('key'), 'https://d')
    await asSigner.deliver(quote.deal, goodsHashOf(quote.goods))
    expect((await vaultBalance(world, world.payout)) - before).toBe((ACCESS_PRICE * CONFIG.operatorBps) / BPS)
  })

  it('refuses anybody but the signer', async () => {
    const quote = await placed(world, KIND.ACCESS)
    for (const account of [stranger, world.buyer, world.operator, world.maker]) {
      await expectRevert(by(account, orders).deliver(quote.deal, goodsHashOf(quote.goods)), 'Orders_NotSigner', [
        world.datatrust,
        account.address,
      ])
    }
  })

  it('refuses a second delivery and an order never placed', async () => {
    const quote = await quoteFor(world, KIND.ACCESS)
    const deliver = () => asSigner.deliver(quote.deal, goodsHashOf(quote.goods))
    await expectRevert(deliver(), 'Orders_WrongStatus', [orderIdOf(quote.deal), STATUS.NONE])
    await placed(world, KIND.ACCESS)
    await deliver()
    await expectRevert(deliver(), 'Orders_WrongStatus', [orderIdOf(quote.deal), STATUS.SETTLED])
  })

  it('refuses a compute order', async () => {
    const quote = await placed(world, KIND.COMPUTE)
    await expectRevert(asSigner.deliver(quote.deal, goodsHashOf(quote.goods)), 'Orders_WrongKind', [
      orderIdOf(quote.deal),
      KIND.COMPUTE,
    ])
  })

  it('refuses other terms: a higher price, another maker, other goods', async () => {
    const quote = await placed(world, KIND.ACCESS)
    const goodsHash = goodsHashOf(quote.goods)
    for (const change of [{ price: 2n * ACCESS_PRICE }, { maker: stranger.address }, { operatorBps: 5_000n }]) {
      const deal = { ...quote.deal, ...change }
      await expectRevert(asSigner.deliver(deal, goodsHash), 'Orders_WrongTerms', [orderIdOf(quote.deal)])
    }
    await expectRevert(asSigner.deliver(quote.deal, id('other')), 'Orders_WrongTerms')
  })
})
