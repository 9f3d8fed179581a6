import { id } from 'ethers'
import { beforeEach, describe, expect, it } from 'vitest'
import { by } from '../trade/contracts.ts'
import { expectRevert } from '../trade/expect.ts'
import {
  acceptanceBy,
  fulfilled,
  goodsHashOf,
  orderIdOf,
  placed,
  quoteFor,
  receiptFor,
  refundOf,
  settlementOf,
} from '../trade/quotes.ts'
import { CONFIG, FROM_VAULT, HOUR, KIND, STATUS, VERDICT } from '../trade/terms.ts'
import { DEPOSITED, openWorld, publish, totalInVault, vaultBalance } from '../trade/world.ts'
import { saltOf } from './support/markets.ts'
import { isRefused, swapsOf } from './support/swaps.ts'

const world = await openWorld()
const { buyer, chain, datatrusts, maker, operator, orders, other, signer } = world
const GRACE = HOUR
const WINDOW = CONFIG.disputeWindowSeconds

describe('an attacker who swaps a field of a deal after it was placed', () => {
  beforeEach(() => world.reset())

  const REFUSALS = ['Orders_WrongTerms', 'Orders_WrongStatus', 'Orders_NotSigner']

  it('is refused by refund, in every field', async () => {
    const quote = await placed(world, KIND.ACCESS)
    await chain.wait(3n * HOUR)
    await orders.refund.staticCall([refundOf(quote)])
    for (const [field, deal] of swapsOf(quote.deal, other)) {
      await isRefused(orders.refund.staticCall([{ ...refundOf(quote), deal }]), REFUSALS, field)
    }
  })

  it('is refused by deliver, in every field', async () => {
    await by(operator, datatrusts).register(signer.address, other.address, world.asset, id('key'), 'https://b.example')
    const { deal: agreed, goods } = await placed(world, KIND.ACCESS)
    const deliver = by(signer, orders).deliver
    await deliver.staticCall(agreed, goodsHashOf(goods))
    for (const [field, deal] of swapsOf(agreed, other)) {
      await isRefused(deliver.staticCall(deal, goodsHashOf(goods)), REFUSALS, field)
    }
    await isRefused(deliver.staticCall(agreed, id('other goods')), REFUSALS, 'goods')
  })

  it('is refused by fulfil, in every field', async () => {
    await by(operator, datatrusts).register(signer.address, other.address, world.asset, id('key'), 'https://b.example')
    const quote = await placed(world, KIND.COMPUTE)
    const fulfil = by(signer, orders).fulfil
    await fulfil.staticCall(quote.deal, goodsHashOf(quote.goods), receiptFor(quote))
    for (const [field, deal] of swapsOf(quote.deal, other)) {
      const receipt = { ...receiptFor(quote), orderId: orderIdOf(deal) }
      await isRefused(fulfil.staticCall(deal, goodsHashOf(quote.goods), receipt), REFUSALS, field)
    }
    const goods = { ...quote.goods, recipientKey: id('attacker') }
    await isRefused(fulfil.staticCall(quote.deal, goodsHashOf(goods), receiptFor(quote)), REFUSALS, 'goods')
  })

  it('is refused by settle, in every field', async () => {
    const { quote, receipt } = await fulfilled(world)
    const settlement = settlementOf(quote, receipt)
    await chain.wait(WINDOW + 1n)
    await orders.settle.staticCall([settlement])
    for (const [field, deal] of swapsOf(quote.deal, other)) {
      await isRefused(orders.settle.staticCall([{ ...settlement, deal }]), REFUSALS, field)
    }
    for (const field of ['goodsHash', 'deliveryHash']) {
      await isRefused(orders.settle.staticCall([{ ...settlement, [field]: id('x') }]), REFUSALS, field)
    }
  })
})

describe('an attacker who confuses kinds', () => {
  beforeEach(() => world.reset())

  it('cannot deliver a run, nor fulfil a download', async () => {
    const run = await placed(world, KIND.COMPUTE)
    await expectRevert(by(signer, orders).deliver(run.deal, goodsHashOf(run.goods)), 'Orders_WrongKind')
    const download = await placed(world, KIND.ACCESS, { deal: { n: 2n } })
    const fulfil = by(signer, orders).fulfil(download.deal, goodsHashOf(download.goods), receiptFor(download))
    await expectRevert(fulfil, 'Orders_WrongKind')
  })

  it('cannot settle what is only placed, by passing the placed terms', async () => {
    const quote = await placed(world, KIND.COMPUTE)
    const acceptance = await acceptanceBy(world, buyer, quote, receiptFor(quote))
    await expectRevert(orders.settle([settlementOf(quote, receiptFor(quote), acceptance)]), 'Orders_WrongStatus')
  })

  it('cannot place a run at the price of a download, nor a kind that is not offered', async () => {
    const listing = await publish(world, {
      salt: saltOf('download only'),
      compute: 2n ** 96n - 1n,
      content: { ...world.content, policyHash: `0x${'00'.repeat(32)}` },
    })
    await chain.wait(CONFIG.activationSeconds)
    const run = await quoteFor(world, KIND.COMPUTE, { deal: { listing, price: 2n ** 96n - 1n } })
    await expectRevert(by(buyer, orders).place(run, FROM_VAULT), 'Orders_NotOffered')
    const cheap = await quoteFor(world, KIND.COMPUTE, { deal: { price: 10_000_003n } })
    await expectRevert(by(buyer, orders).place(cheap, FROM_VAULT), 'Orders_DealMismatch')
  })
})

describe('an attacker at the edge of a deadline', () => {
  beforeEach(() => world.reset())

  it('cannot refund in the last second of grace; a fulfilment in it counts', async () => {
    const quote = await placed(world, KIND.COMPUTE)
    const opensAfter = (await chain.now()) + quote.deal.fulfilWithin + GRACE
    await chain.nextBlockAt(opensAfter)
    await expectRevert(orders.refund([refundOf(quote)]), 'Orders_TooEarly')
    await chain.nextBlockAt(opensAfter + 1n)
    await by(signer, orders).fulfil(quote.deal, goodsHashOf(quote.goods), receiptFor(quote))
    await orders.refund([refundOf(quote)])
    expect((await orders.statusOf(orderIdOf(quote.deal)))[0]).toBe(STATUS.FULFILLED)
  })

  it('cannot fulfil or deliver what was refunded a second before', async () => {
    const run = await placed(world, KIND.COMPUTE)
    const download = await placed(world, KIND.ACCESS, { deal: { n: 2n } })
    await chain.wait(HOUR + GRACE + 1n)
    await orders.refund([refundOf(run), refundOf(download)])
    await expectRevert(
      by(signer, orders).fulfil(run.deal, goodsHashOf(run.goods), receiptFor(run)),
      'Orders_WrongStatus',
    )
    await expectRevert(by(signer, orders).deliver(download.deal, goodsHashOf(download.goods)), 'Orders_WrongStatus')
  })

  it('cannot fulfil again, to lengthen the window or to change the verdict', async () => {
    const { quote } = await fulfilled(world, VERDICT.ALGO_ERROR)
    const again = receiptFor(quote, { verdict: VERDICT.OK })
    await expectRevert(by(signer, orders).fulfil(quote.deal, goodsHashOf(quote.goods), again), 'Orders_WrongStatus')
  })
})

describe('an attacker of batches', () => {
  beforeEach(() => world.reset())

  it('is paid once for an order named several times', async () => {
    const { quote, receipt } = await fulfilled(world)
    const acceptance = await acceptanceBy(world, buyer, quote, receipt)
    const settlement = settlementOf(quote, receipt, acceptance)
    const before = await vaultBalance(world, maker)
    await orders.settle([settlement, settlement, settlement])
    const once = (await vaultBalance(world, maker)) - before
    expect(once).toBeLessThan(quote.deal.price)
    await orders.settle([settlement])
    expect((await vaultBalance(world, maker)) - before).toBe(once)
    expect(await totalInVault(world)).toBe(DEPOSITED)
  })

  it('is refunded once for an order named several times', async () => {
    const quote = await placed(world, KIND.ACCESS)
    await placed(world, KIND.ACCESS, { deal: { n: 2n } })
    const before = await vaultBalance(world, buyer)
    await chain.wait(3n * HOUR)
    await orders.refund([refundOf(quote), refundOf(quote)])
    await orders.refund([refundOf(quote)])
    expect((await vaultBalance(world, buyer)) - before).toBe(quote.deal.price)
  })

  it('cannot have one order settled and refunded, in either order', async () => {
    const run = await fulfilled(world)
    const acceptance = await acceptanceBy(world, buyer, run.quote, run.receipt)
    await chain.wait(3n * HOUR)
    await orders.settle([settlementOf(run.quote, run.receipt, acceptance)])
    const refunded = await placed(world, KIND.COMPUTE, { deal: { n: 2n } })
    await chain.wait(3n * HOUR)
    await orders.refund([refundOf(refunded), refundOf(run.quote)])
    await orders.settle([settlementOf(refunded, receiptFor(refunded)), settlementOf(run.quote, run.receipt)])
    const statuses = await Promise.all([run.quote, refunded].map(({ deal }) => orders.statusOf(orderIdOf(deal))))
    expect(statuses.map(([status]) => status)).toEqual([STATUS.SETTLED, STATUS.REFUNDED])
    expect(await totalInVault(world)).toBe(DEPOSITED)
  })

  it('cannot keep others in a batch from their money by settling or delivering one of it first', async () => {
    const first = await placed(world, KIND.ACCESS)
    const second = await placed(world, KIND.ACCESS, { deal: { n: 2n, buyer: other.address } })
    await chain.wait(3n * HOUR)
    await by(signer, orders).deliver(second.deal, goodsHashOf(second.goods))
    await orders.refund([refundOf(first), refundOf(second)])
    expect((await orders.statusOf(orderIdOf(first.deal)))[0]).toBe(STATUS.REFUNDED)
  })

  it('cannot keep others in a batch of refunds from their money by fulfilling one of it late', async () => {
    const first = await placed(world, KIND.COMPUTE)
    const second = await placed(world, KIND.COMPUTE, { deal: { n: 2n, buyer: other.address } })
    await chain.wait(3n * HOUR)
    await by(signer, orders).fulfil(second.deal, goodsHashOf(second.goods), receiptFor(second))
    await orders.refund([refundOf(first), refundOf(second)])
    expect((await orders.statusOf(orderIdOf(first.deal)))[0]).toBe(STATUS.REFUNDED)
  })
})
