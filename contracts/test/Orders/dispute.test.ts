import { id } from 'ethers'
import { beforeEach, describe, expect, it } from 'vitest'
import { by } from '../trade/contracts.ts'
import { Parcel, revealed, revealedRun } from '../trade/delivery.ts'
import { expectRevert } from '../trade/expect.ts'
import { ACK_KEY, acceptanceBy, fulfilled, orderIdOf, placed, settlementOf } from '../trade/quotes.ts'
import {
  BPS,
  COMPUTE_PRICE,
  CONFIG,
  DAY,
  type Delivery,
  KIND,
  type Quote,
  type Receipt,
  STATUS,
  VERDICT,
} from '../trade/terms.ts'
import { DEPOSITED, openWorld, totalInVault, vaultBalance } from '../trade/world.ts'

const world = await openWorld()
const { arbiter, buyer, orders, payout, stranger } = world
const asArbiter = by(arbiter, orders)
const parcel = new Parcel(2)
const RULING = 14n * DAY
const deal = { arbiter: arbiter.address }

interface Sold {
  quote: Quote
  delivered: Receipt | Delivery
}

/** A run whose sponsor has the model, and one with a receipt alone. */
const sales: [string, () => Promise<Sold>, bigint, bigint][] = [
  [
    'REVEALED',
    async () => {
      const { quote, delivery } = await revealedRun(world, parcel, { deal })
      return { quote, delivered: delivery }
    },
    STATUS.REVEALED_DISPUTED,
    COMPUTE_PRICE,
  ],
  [
    'FULFILLED',
    async () => {
      const { quote, receipt } = await fulfilled(world, VERDICT.ALGO_ERROR, { deal })
      return { quote, delivered: receipt }
    },
    STATUS.FULFILLED_DISPUTED,
    (COMPUTE_PRICE * CONFIG.failureBps) / BPS,
  ],
]

const terms = ({ quote, delivered }: Sold) => {
  const { goodsHash, deliveryHash } = settlementOf(quote, delivered)
  return [quote.deal, goodsHash, deliveryHash] as const
}

describe.each(sales)('a dispute about a run that is %s', (_name, sell, disputed, due) => {
  beforeEach(() => world.reset())

  it('waits for the arbiter, fourteen days at most', async () => {
    const sale = await sell()
    await asArbiter.dispute(...terms(sale))
    const lapsesAfter = (await world.chain.now()) + RULING
    expect(await orders.statusOf(orderIdOf(sale.quote.deal))).toEqual([disputed, KIND.COMPUTE, lapsesAfter])
    const [event] = await orders.queryFilter('OrderDisputed')
    const args = orders.interface.parseLog(event as never)?.args.toArray()
    expect(args).toEqual([orderIdOf(sale.quote.deal), arbiter.address, lapsesAfter])
  })

  it('gives the whole price back when it is upheld', async () => {
    const sale = await sell()
    await asArbiter.dispute(...terms(sale))
    const before = await vaultBalance(world, buyer)
    await asArbiter.rule(...terms(sale), true)
    expect((await vaultBalance(world, buyer)) - before).toBe(COMPUTE_PRICE)
    expect((await world.markets.reserveOf(world.market)).pending).toBe(0n)
    expect((await orders.statusOf(orderIdOf(sale.quote.deal)))[0]).toBe(STATUS.REFUNDED)
    expect(await totalInVault(world)).toBe(DEPOSITED)
  })

  it('pays what was due when it is rejected', async () => {
    const sale = await sell()
    await asArbiter.dispute(...terms(sale))
    const [paid, returned] = [await vaultBalance(world, payout), await vaultBalance(world, buyer)]
    await asArbiter.rule(...terms(sale), false)
    expect((await vaultBalance(world, payout)) - paid).toBe((due * CONFIG.operatorBps) / BPS)
    expect((await vaultBalance(world, buyer)) - returned).toBe(COMPUTE_PRICE - due)
    expect((await orders.statusOf(orderIdOf(sale.quote.deal)))[0]).toBe(STATUS.SETTLED)
    expect(await totalInVault(world)).toBe(DEPOSITED)
  })

  it('lapses: what was due is due, strictly after the last second of a ruling', async () => {
    const sale = await sell()
    await asArbiter.dispute(...terms(sale))
    const last = (await world.chain.now()) + RULING
    const settle = () => by(stranger, orders).settle([settlementOf(sale.quote, sale.delivered)])
    await world.chain.nextBlockAt(last)
    await expectRevert(settle(), 'Orders_TooEarly', [orderIdOf(sale.quote.deal), last])
    await world.chain.nextBlockAt(last + 1n)
    await expectRevert(asArbiter.rule(...terms(sale), true), 'Orders_TooLate', [orderIdOf(sale.quote.deal), last])
    const paid = await vaultBalance(world, payout)
    await settle()
    expect((await vaultBalance(world, payout)) - paid).toBe((due * CONFIG.operatorBps) / BPS)
  })

  it('may be ruled in its last second', async () => {
    const sale = await sell()
    await asArbiter.dispute(...terms(sale))
    await world.chain.nextBlockAt((await world.chain.now()) + RULING)
    await asArbiter.rule(...terms(sale), true)
  })

  it('may be opened in the last second of the window and not a second later', async () => {
    const sale = await sell()
    const last = (await world.chain.now()) + CONFIG.disputeWindowSeconds
    await world.chain.nextBlockAt(last + 1n)
    await expectRevert(asArbiter.dispute(...terms(sale)), 'Orders_TooLate', [orderIdOf(sale.quote.deal), last])
    await world.reset()
    const again = await sell()
    await world.chain.nextBlockAt((await world.chain.now()) + CONFIG.disputeWindowSeconds)
    await asArbiter.dispute(...terms(again))
  })

  it('ends with an acceptance: the buyer has thought better of it', async () => {
    const sale = await sell()
    await asArbiter.dispute(...terms(sale))
    const acceptance = await acceptanceBy(world, buyer, sale.quote, sale.delivered)
    const paid = await vaultBalance(world, payout)
    await orders.settle([settlementOf(sale.quote, sale.delivered, acceptance)])
    expect((await vaultBalance(world, payout)) - paid).toBe((COMPUTE_PRICE * CONFIG.operatorBps) / BPS)
    await expectRevert(asArbiter.rule(...terms(sale), true), 'Orders_WrongStatus', [
      orderIdOf(sale.quote.deal),
      STATUS.SETTLED,
    ])
  })

  it('is the arbiter’s alone: neither buyer nor operator nor anybody else opens or rules', async () => {
    const sale = await sell()
    for (const account of [buyer, world.signer, world.operator, stranger]) {
      const refused = [arbiter.address, account.address]
      await expectRevert(by(account, orders).dispute(...terms(sale)), 'Orders_NotArbiter', refused)
    }
    await asArbiter.dispute(...terms(sale))
    for (const account of [buyer, world.signer, world.operator, stranger]) {
      const refused = [arbiter.address, account.address]
      await expectRevert(by(account, orders).rule(...terms(sale), true), 'Orders_NotArbiter', refused)
    }
  })

  it('is opened once, and ruled once', async () => {
    const sale = await sell()
    await expectRevert(asArbiter.rule(...terms(sale), true), 'Orders_WrongStatus')
    await asArbiter.dispute(...terms(sale))
    const twice = asArbiter.dispute(...terms(sale))
    await expectRevert(twice, 'Orders_WrongStatus', [orderIdOf(sale.quote.deal), disputed])
    await asArbiter.rule(...terms(sale), false)
    await expectRevert(asArbiter.rule(...terms(sale), true), 'Orders_WrongStatus')
    await expectRevert(asArbiter.dispute(...terms(sale)), 'Orders_WrongStatus')
  })

  it('refuses other terms', async () => {
    const sale = await sell()
    const [agreed, goodsHash, deliveryHash] = terms(sale)
    await expectRevert(asArbiter.dispute(agreed, id('x'), deliveryHash), 'Orders_WrongTerms')
    await expectRevert(asArbiter.dispute(agreed, goodsHash, id('x')), 'Orders_WrongTerms')
    await expectRevert(asArbiter.dispute({ ...agreed, price: 1n }, goodsHash, deliveryHash), 'Orders_WrongTerms')
    await asArbiter.dispute(...terms(sale))
    await expectRevert(asArbiter.rule(agreed, id('x'), deliveryHash, true), 'Orders_WrongTerms')
    await expectRevert(
      asArbiter.rule({ ...agreed, arbiter: stranger.address }, goodsHash, deliveryHash, true),
      'Orders_WrongTerms',
    )
  })
})

describe('a dispute', () => {
  beforeEach(() => world.reset())

  it('is not there where the deal names no arbiter', async () => {
    const { quote, receipt } = await fulfilled(world)
    const refused = asArbiter.dispute(...terms({ quote, delivered: receipt }))
    await expectRevert(refused, 'Orders_NotArbiter', [`0x${'00'.repeat(20)}`, arbiter.address])
  })

  it('is not there for access, nor before a run is done', async () => {
    const { quote, delivery } = await revealed(world, parcel)
    await expectRevert(asArbiter.dispute(...terms({ quote, delivered: delivery })), 'Orders_NotArbiter')
    const run = await placed(world, KIND.COMPUTE, { deal: { ...deal, n: 9n } })
    const early = asArbiter.dispute(...terms({ quote: run, delivered: delivery }))
    await expectRevert(early, 'Orders_WrongStatus', [orderIdOf(run.deal), STATUS.PLACED])
  })

  it('leaves the session key its acceptance', async () => {
    const { quote, delivery } = await revealedRun(world, parcel, { deal })
    await asArbiter.dispute(...terms({ quote, delivered: delivery }))
    await orders.settle([settlementOf(quote, delivery, await acceptanceBy(world, ACK_KEY, quote, delivery))])
    expect((await orders.statusOf(orderIdOf(quote.deal)))[0]).toBe(STATUS.SETTLED)
  })
})
