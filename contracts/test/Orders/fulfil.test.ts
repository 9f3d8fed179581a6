import { id, ZeroHash } from 'ethers'
import { beforeEach, describe, expect, it } from 'vitest'
import { by } from '../trade/contracts.ts'
import { expectRevert } from '../trade/expect.ts'
import {
  fulfilled,
  goodsHashOf,
  orderIdOf,
  placed,
  quoteFor,
  receiptFor,
  receiptHashOf,
  refundOf,
  settlementOf,
} from '../trade/quotes.ts'
import { CONFIG, DAY, type Goods, HOUR, KIND, type Receipt, STATUS, VERDICT } from '../trade/terms.ts'
import { openWorld } from '../trade/world.ts'

const world = await openWorld()
const { orders, signer, stranger } = world
const asSigner = by(signer, orders)

describe('Orders.fulfil', () => {
  beforeEach(() => world.reset())

  it.each([
    ['OK', VERDICT.OK],
    ['ALGO_ERROR', VERDICT.ALGO_ERROR],
    ['REVIEW', VERDICT.REVIEW],
  ])('makes a placed run with the verdict %s FULFILLED and opens its window', async (_name, verdict) => {
    const { quote, receipt } = await fulfilled(world, verdict)
    const settlesAfter = (await world.chain.now()) + CONFIG.disputeWindowSeconds
    expect(await orders.statusOf(orderIdOf(quote.deal))).toEqual([STATUS.FULFILLED, KIND.COMPUTE, settlesAfter])
    const [event] = await orders.queryFilter('OrderFulfilled')
    const args = orders.interface.parseLog(event as never)?.args.toArray()
    expect(args).toEqual([orderIdOf(quote.deal), receiptHashOf(receipt), verdict, settlesAfter])
  })

  it('counts long after fulfilBy, until somebody has refunded', async () => {
    const late = await placed(world, KIND.COMPUTE)
    const refunded = await placed(world, KIND.COMPUTE, { deal: { n: 2n } })
    await world.chain.wait(30n * DAY)
    await asSigner.fulfil(late.deal, goodsHashOf(late.goods), receiptFor(late))
    await by(stranger, orders).refund([refundOf(refunded)])
    await expectRevert(
      asSigner.fulfil(refunded.deal, goodsHashOf(refunded.goods), receiptFor(refunded)),
      'Orders_WrongStatus',
      [orderIdOf(refunded.deal), STATUS.REFUNDED],
    )
  })

  it('refuses anybody but the signer of now', async () => {
    const quote = await placed(world, KIND.COMPUTE)
    const receipt = receiptFor(quote)
    for (const account of [stranger, world.operator, world.buyer]) {
      await expectRevert(
        by(account, orders).fulfil(quote.deal, goodsHashOf(quote.goods), receipt),
        'Orders_NotSigner',
        [world.datatrust, account.address],
      )
    }
    const { operator, datatrusts, datatrust, payout } = world
    await by(operator, datatrusts).update(datatrust, stranger.address, payout.address, id('key'), 'https://d')
    await expectRevert(asSigner.fulfil(quote.deal, goodsHashOf(quote.goods), receipt), 'Orders_NotSigner')
    await by(stranger, orders).fulfil(quote.deal, goodsHashOf(quote.goods), receipt)
  })

  it('refuses an order never placed, and one already fulfilled', async () => {
    const quote = await quoteFor(world, KIND.COMPUTE)
    const orderId = orderIdOf(quote.deal)
    const fulfil = () => asSigner.fulfil(quote.deal, goodsHashOf(quote.goods), receiptFor(quote))
    await expectRevert(fulfil(), 'Orders_WrongStatus', [orderId, STATUS.NONE])
    await placed(world, KIND.COMPUTE)
    await fulfil()
    await expectRevert(fulfil(), 'Orders_WrongStatus', [orderId, STATUS.FULFILLED])
  })

  it('refuses an access order', async () => {
    const quote = await placed(world, KIND.ACCESS)
    await expectRevert(asSigner.fulfil(quote.deal, goodsHashOf(quote.goods), receiptFor(quote)), 'Orders_WrongKind', [
      orderIdOf(quote.deal),
      KIND.ACCESS,
    ])
  })

  it.each([
    ['price', 1n],
    ['window', 0n],
    ['maker', stranger.address],
    ['failureBps', 3_000n],
    ['kind', KIND.ACCESS],
  ])('refuses a deal with another %s', async (field, value) => {
    const quote = await placed(world, KIND.COMPUTE)
    const deal = { ...quote.deal, [field]: value }
    await expectRevert(asSigner.fulfil(deal, goodsHashOf(quote.goods), receiptFor(quote)), 'Orders_WrongTerms', [
      orderIdOf(quote.deal),
    ])
  })

  it('refuses other goods', async () => {
    const quote = await placed(world, KIND.COMPUTE)
    const goods: Goods = { ...quote.goods, recipientKey: id('thief') }
    await expectRevert(asSigner.fulfil(quote.deal, goodsHashOf(goods), receiptFor(quote)), 'Orders_WrongTerms')
  })

  it.each<[string, Partial<Receipt>]>([
    ['that releases nothing although all is well', { releasedHash: ZeroHash }],
    ['that failed and yet releases a model', { verdict: VERDICT.REVIEW, releasedHash: id('model') }],
    ['that failed and yet has the tree of a model', { verdict: VERDICT.REVIEW, releasedRoot: id('root') }],
  ])('refuses an outcome %s', async (_, changes) => {
    const quote = await placed(world, KIND.COMPUTE)
    const outcome = receiptFor(quote, changes)
    await expectRevert(asSigner.fulfil(quote.deal, goodsHashOf(quote.goods), outcome), 'Orders_BadOutcome', [
      orderIdOf(quote.deal),
      outcome.verdict,
      outcome.releasedHash,
    ])
  })

  it.each<keyof Receipt>(['orderId', 'goodsHash'])(
    'holds no receipt that names another %s than was ordered',
    async (field) => {
      const quote = await placed(world, KIND.COMPUTE)
      const claimed = receiptFor(quote, { [field]: id('other') })
      await asSigner.fulfil(quote.deal, goodsHashOf(quote.goods), claimed)
      await world.chain.wait(CONFIG.disputeWindowSeconds + 1n)
      await expectRevert(by(world.stranger, orders).settle([settlementOf(quote, claimed)]), 'Orders_WrongTerms')
      await by(world.stranger, orders).settle([settlementOf(quote, receiptFor(quote))])
      expect((await orders.statusOf(orderIdOf(quote.deal))).status).toBe(STATUS.SETTLED)
    },
  )

  it('stays possible for a datatrust whose bond is gone', async () => {
    const quote = await placed(world, KIND.COMPUTE, { deal: { fulfilWithin: HOUR } })
    await by(world.operator, world.datatrusts).unbond(world.datatrust, CONFIG.minBond)
    await asSigner.fulfil(quote.deal, goodsHashOf(quote.goods), receiptFor(quote))
  })
})
