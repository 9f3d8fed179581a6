import { id, ZeroHash } from 'ethers'
import { beforeEach, describe, expect, it } from 'vitest'
import { by } from '../trade/contracts.ts'
import { Parcel, revealed, revealedRun } from '../trade/delivery.ts'
import { expectRevert } from '../trade/expect.ts'
import {
  fulfilled,
  goodsHashOf,
  NO_DELIVERY,
  orderIdOf,
  placed,
  receiptFor,
  receiptHashOf,
  settlementOf,
  signedReceipt,
} from '../trade/quotes.ts'
import {
  COMPENSATION,
  COMPUTE_PRICE,
  CONFIG,
  DAY,
  KIND,
  type Quote,
  type Receipt,
  STATUS,
  VERDICT,
} from '../trade/terms.ts'
import { DEPOSITED, openWorld, totalInVault, vaultBalance } from '../trade/world.ts'

const DEAD = '0x000000000000000000000000000000000000dEaD'
const world = await openWorld()
const { buyer, chain, datatrust, datatrusts, operator, orders, other, payout, signer, stranger } = world
const asStranger = by(stranger, orders)
const parcel = new Parcel(2)

/** What `contradict` takes about an order that holds a receipt alone, unless a delivery is given. */
async function contradiction(
  { quote, receipt, delivery = NO_DELIVERY }: { quote: Quote; receipt: Receipt; delivery?: typeof NO_DELIVERY },
  changes: Partial<Receipt> = { rawOutputHash: id('another output') },
  by = signer,
) {
  const signed = await signedReceipt(world, by, { ...receipt, ...changes })
  return [quote.deal, delivery, receipt, ...signed] as const
}

describe('Orders.contradict', () => {
  beforeEach(() => world.reset())

  it.each([
    ['holds a receipt alone', () => fulfilled(world), 0n],
    ['is revealed', () => revealedRun(world, parcel), COMPENSATION],
  ] as const)(
    'gives the price of a run that %s back, compensates as a complaint does, and burns from the bond',
    async (_, run, compensation) => {
      const before = await vaultBalance(world, buyer)
      const ended = await run()
      const orderId = orderIdOf(ended.quote.deal)
      const args = await contradiction(ended)
      await asStranger.contradict(...args)
      expect(await vaultBalance(world, buyer)).toBe(before + compensation)
      expect(await vaultBalance(world, DEAD)).toBe(COMPUTE_PRICE)
      expect(await vaultBalance(world, String(orders.target))).toBe(0n)
      expect((await datatrusts.get(datatrust)).bond).toBe(CONFIG.minBond - compensation - COMPUTE_PRICE)
      expect((await world.markets.reserveOf(world.market)).pending).toBe(0n)
      expect((await orders.statusOf(orderId))[0]).toBe(STATUS.REFUNDED)
      expect((await totalInVault(world)) + COMPUTE_PRICE).toBe(DEPOSITED)
      const [event] = await orders.queryFilter('ContradictionProven')
      const told = orders.interface.parseLog(event as never)?.args.toArray()
      expect(told).toEqual([orderId, receiptHashOf(args[3]), compensation, COMPUTE_PRICE])
      await expectRevert(asStranger.contradict(...args), 'Orders_WrongStatus', [orderId, STATUS.REFUNDED])
    },
  )

  it.each<[string, Partial<Receipt>]>([
    ['other goods', { goodsHash: id('other goods') }],
    ['another raw output', { rawOutputHash: id('another output') }],
    [
      'another raw output that failed',
      { rawOutputHash: id('another output'), verdict: VERDICT.REVIEW, releasedHash: ZeroHash },
    ],
    ['another model of the same output', { releasedHash: id('another model') }],
  ])('takes a receipt of %s', async (_, changes) => {
    await asStranger.contradict(...(await contradiction(await fulfilled(world), changes)))
  })

  it.each<[string, Partial<Receipt>]>([
    ['the same', {}],
    ['another order', { orderId: id('another order'), rawOutputHash: id('another output') }],
    ['another entry of the ledger', { provenanceHash: id('another entry') }],
    ['a model that its maker kept back', { verdict: VERDICT.REVIEW, releasedHash: ZeroHash, releasedBytes: 0n }],
    ['another fuel', { fuel: 1n }],
  ])('never slashes for a receipt of %s', async (_, changes) => {
    const run = await fulfilled(world)
    const attempt = asStranger.contradict(...(await contradiction(run, changes)))
    await expectRevert(attempt, 'Orders_NoContradiction', [orderIdOf(run.quote.deal)])
  })

  it('compares no model with a run that released none', async () => {
    const failed = await fulfilled(world, VERDICT.REVIEW)
    const attempt = asStranger.contradict(
      ...(await contradiction(failed, { verdict: VERDICT.OK, releasedHash: id('model') })),
    )
    await expectRevert(attempt, 'Orders_NoContradiction')
    await asStranger.contradict(...(await contradiction(failed)))
  })

  it('asks for the signature of the datatrust', async () => {
    const run = await fulfilled(world)
    const orderId = orderIdOf(run.quote.deal)
    for (const account of [stranger, buyer, operator, payout]) {
      const attempt = asStranger.contradict(...(await contradiction(run, undefined, account)))
      await expectRevert(attempt, 'Orders_BadReceipt', [orderId, account.address])
    }
    const [deal, delivery, held, , , signature] = await contradiction(run)
    const another = { ...held, rawOutputHash: id('a third output') }
    const attempt = asStranger.contradict(deal, delivery, held, another, signer.address, signature)
    await expectRevert(attempt, 'Orders_BadReceipt', [orderId, signer.address])
  })

  it('reaches a datatrust that has changed its signer since, for as long as an order can wait', async () => {
    const run = await fulfilled(world)
    const args = await contradiction(run)
    const replace = (next: string) =>
      by(operator, datatrusts).update(datatrust, next, payout.address, id('key'), 'https://new.example')
    await replace(other.address)
    await replace(stranger.address)
    expect(await datatrusts.answersFor(datatrust, signer.address)).toBe(true)
    await asStranger.contradict(...args)
  })

  it('is taken in the last second of the window and not a second later', async () => {
    const run = await fulfilled(world)
    const args = await contradiction(run)
    const last = (await chain.now()) + CONFIG.disputeWindowSeconds
    await chain.nextBlockAt(last + 1n)
    await expectRevert(asStranger.contradict(...args), 'Orders_TooLate', [orderIdOf(run.quote.deal), last])
    await world.reset()
    const again = await fulfilled(world)
    const late = await contradiction(again)
    await chain.nextBlockAt((await chain.now()) + CONFIG.disputeWindowSeconds)
    await asStranger.contradict(...late)
  })

  it('is refused before the run has ended, once it is disputed, and for data', async () => {
    const quote = await placed(world, KIND.COMPUTE)
    const early = asStranger.contradict(...(await contradiction({ quote, receipt: receiptFor(quote) })))
    await expectRevert(early, 'Orders_WrongStatus', [orderIdOf(quote.deal), STATUS.PLACED])
    await world.reset()

    const run = await fulfilled(world, VERDICT.OK, { deal: { arbiter: world.arbiter.address } })
    const { goodsHash, deliveryHash } = settlementOf(run.quote, run.receipt)
    await by(world.arbiter, orders).dispute(run.quote.deal, goodsHash, deliveryHash)
    const disputed = asStranger.contradict(...(await contradiction(run)))
    await expectRevert(disputed, 'Orders_WrongStatus', [orderIdOf(run.quote.deal), STATUS.FULFILLED_DISPUTED])
    await world.reset()

    const sale = await revealed(world, parcel)
    const receipt = receiptFor(sale.quote)
    const data = asStranger.contradict(...(await contradiction({ ...sale, receipt })))
    await expectRevert(data, 'Orders_WrongTerms', [orderIdOf(sale.quote.deal)])
  })

  it('refuses a receipt or a delivery that the order does not hold, and another deal', async () => {
    const run = await fulfilled(world)
    const [deal, delivery, held, told, account, signature] = await contradiction(run)
    const attempt = (terms: object, receipt: object) =>
      asStranger.contradict(terms, delivery, receipt, told, account, signature)
    await expectRevert(attempt(deal, told), 'Orders_WrongTerms')
    await expectRevert(attempt({ ...deal, compensation: deal.price }, held), 'Orders_WrongTerms')
    await world.reset()

    const model = await revealedRun(world, parcel)
    const args = await contradiction(model)
    const swapped = { ...model.delivery, cipherRoot: id('other') }
    await expectRevert(asStranger.contradict(args[0], swapped, ...args.slice(2)), 'Orders_WrongTerms')
    await expectRevert(asStranger.contradict(args[0], NO_DELIVERY, ...args.slice(2)), 'Orders_WrongTerms')
    expect(goodsHashOf(model.quote.goods)).toBe(model.receipt.goodsHash)
  })

  it('leaves nothing of the sale to the market', async () => {
    const { unlocked, locked, bounty } = await world.markets.reserveOf(world.market)
    const run = await fulfilled(world)
    await asStranger.contradict(...(await contradiction(run)))
    await chain.wait(30n * DAY)
    await asStranger.settle([settlementOf(run.quote, run.receipt)])
    const reserve = await world.markets.reserveOf(world.market)
    expect([reserve.unlocked, reserve.locked, reserve.bounty]).toEqual([unlocked, locked, bounty])
  })
})
