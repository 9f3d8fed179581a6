import { id, keccak256, Wallet, ZeroHash } from 'ethers'
import { beforeEach, describe, expect, it } from 'vitest'
import { by } from '../trade/contracts.ts'
import { ackBy, contentIn, Parcel, revealed, revealedRun } from '../trade/delivery.ts'
import { expectRevert } from '../trade/expect.ts'
import {
  ACK_KEY,
  fairly,
  goodsHashOf,
  orderIdOf,
  placed,
  quoteFor,
  receiptFor,
  receiptHashOf,
  refundOf,
  settlementOf,
} from '../trade/quotes.ts'
import {
  ACCESS_PRICE,
  BPS,
  CONFIG,
  type Content,
  DAY,
  FROM_VAULT,
  HOUR,
  KIND,
  type Quote,
  type Receipt,
  STATUS,
  VERDICT,
} from '../trade/terms.ts'
import { openWorld, publish, termsHashOf, vaultBalance } from '../trade/world.ts'

const world = await openWorld()
const { buyer, orders, signer, stranger } = world
const asSigner = by(signer, orders)
const parcel = new Parcel(3)
const { cipherRoot, key } = parcel
const content = contentIn(parcel)

let listed = 0

/** A fair access order for the parcel, of a listing of its own. */
async function ordered(deal: object = {}): Promise<Quote> {
  listed += 1
  const listing = await publish(world, { salt: id(`listing ${listed}`), content })
  await world.chain.wait(CONFIG.activationSeconds)
  const terms = fairly(KIND.ACCESS, parcel.keyHash, { deal })
  return placed(world, KIND.ACCESS, {
    deal: { listing, ...terms.deal },
    goods: { ...terms.goods, termsHash: termsHashOf(content) },
  })
}

const ackFor = (quote: Quote, changes: object = {}): Promise<string> =>
  ackBy(world, ACK_KEY, quote.deal, { ...parcel.delivery(ZeroHash), ...changes })

describe('Orders.reveal', () => {
  beforeEach(() => world.reset())

  it('makes a placed order REVEALED, opens the complaint window and publishes the key', async () => {
    const { quote, delivery } = await revealed(world, parcel)
    const settlesAfter = (await world.chain.now()) + CONFIG.complaintWindowSeconds
    expect(await orders.statusOf(orderIdOf(quote.deal))).toEqual([STATUS.REVEALED, KIND.ACCESS, settlesAfter])
    const [event] = await orders.queryFilter('OrderRevealed')
    const args = orders.interface.parseLog(event as never)?.args.toObject(true)
    expect(args).toEqual({ orderId: orderIdOf(quote.deal), delivery, settlesAfter })
    expect(await orders.hasAccess(quote.deal.listing, buyer.address, quote.deal.n)).toBe(true)
  })

  it('pays the whole price strictly after the window', async () => {
    const { quote, delivery } = await revealed(world, parcel)
    const settlesAfter = (await world.chain.now()) + CONFIG.complaintWindowSeconds
    const before = await vaultBalance(world, world.payout)
    await world.chain.nextBlockAt(settlesAfter)
    const settling = by(stranger, orders).settle([settlementOf(quote, delivery)])
    await expectRevert(settling, 'Orders_TooEarly', [orderIdOf(quote.deal), settlesAfter])
    await world.chain.nextBlockAt(settlesAfter + 1n)
    await by(stranger, orders).settle([settlementOf(quote, delivery)])
    const toOperator = (ACCESS_PRICE * CONFIG.operatorBps) / BPS
    expect((await vaultBalance(world, world.payout)) - before).toBe(toOperator)
  })

  it('counts long after fulfilBy, until somebody has refunded', async () => {
    const late = await ordered()
    const refunded = await ordered({ n: 2n })
    await world.chain.wait(30n * DAY)
    await asSigner.reveal(late.deal, late.goods, content, cipherRoot, key, await ackFor(late))
    await orders.refund([refundOf(refunded), refundOf(late)])
    expect((await orders.statusOf(orderIdOf(late.deal)))[0]).toBe(STATUS.REVEALED)
    const revealing = asSigner.reveal(refunded.deal, refunded.goods, content, cipherRoot, key, await ackFor(refunded))
    await expectRevert(revealing, 'Orders_WrongStatus', [orderIdOf(refunded.deal), STATUS.REFUNDED])
  })

  it('refuses anybody but the signer of now: a buyer who saw the key cannot reveal it over rubbish', async () => {
    const quote = await ordered()
    const rubbish = await ackFor(quote, { cipherRoot: id('rubbish') })
    for (const account of [buyer, stranger, world.operator, world.payout]) {
      const revealing = by(account, orders).reveal(quote.deal, quote.goods, content, id('rubbish'), key, rubbish)
      await expectRevert(revealing, 'Orders_NotSigner', [world.datatrust, account.address])
    }
  })

  it('refuses another key than the one agreed', async () => {
    const quote = await ordered()
    const other = id('another key')
    const revealing = asSigner.reveal(quote.deal, quote.goods, content, cipherRoot, other, await ackFor(quote))
    await expectRevert(revealing, 'Orders_BadKey', [orderIdOf(quote.deal), parcel.keyHash, keccak256(other)])
  })

  it.each<[string, object]>([
    ['ciphertext', { cipherRoot: id('other') }],
    ['content', { contentRoot: id('other') }],
    ['size', { sizeBytes: parcel.sizeBytes + 1n }],
  ])('refuses an ack over other %s', async (_, changes) => {
    const quote = await ordered()
    const ack = await ackFor(quote, changes)
    await expectRevert(asSigner.reveal(quote.deal, quote.goods, content, cipherRoot, key, ack), 'Orders_BadAck')
  })

  it('refuses an ack by another key, of another order, and none', async () => {
    const quote = await ordered()
    const other = await ordered({ n: 2n })
    const acks = [
      await ackBy(world, new Wallet(id('thief')), quote.deal, parcel.delivery(ZeroHash)),
      await ackFor(other),
      '0x',
      '0x1234',
    ]
    for (const ack of acks) {
      await expectRevert(asSigner.reveal(quote.deal, quote.goods, content, cipherRoot, key, ack), 'Orders_BadAck')
    }
  })

  it.each<[keyof Content, string | bigint]>([
    ['contentRoot', id('other')],
    ['sizeBytes', 1n],
    ['policyHash', id('other')],
    ['metadataHash', id('other')],
  ])('refuses content with another %s', async (field, value) => {
    const quote = await ordered()
    const other = { ...content, [field]: value }
    const revealing = asSigner.reveal(quote.deal, quote.goods, other, cipherRoot, key, await ackFor(quote))
    await expectRevert(revealing, 'Orders_GoodsMismatch', [termsHashOf(content), termsHashOf(other)])
  })

  it('refuses an order never placed, one already revealed, a run, and direct access', async () => {
    const { quote } = await revealed(world, parcel)
    const reveal = async (of: Quote, released: Content): Promise<unknown> => {
      const delivery = {
        ...parcel.delivery(ZeroHash),
        contentRoot: released.contentRoot,
        sizeBytes: released.sizeBytes,
      }
      const ack = await ackBy(world, ACK_KEY, of.deal, delivery)
      return asSigner.reveal(of.deal, of.goods, released, cipherRoot, key, ack)
    }
    await expectRevert(reveal(quote, content), 'Orders_WrongStatus', [orderIdOf(quote.deal), STATUS.REVEALED])
    const unplaced = await quoteFor(world, KIND.ACCESS, fairly(KIND.ACCESS, parcel.keyHash))
    await expectRevert(reveal(unplaced, world.content), 'Orders_WrongStatus', [orderIdOf(unplaced.deal), STATUS.NONE])
    const run = await placed(world, KIND.COMPUTE, fairly(KIND.COMPUTE, parcel.keyHash))
    await expectRevert(reveal(run, world.content), 'Orders_WrongKind', [orderIdOf(run.deal), KIND.COMPUTE])
    const direct = await placed(world, KIND.ACCESS, { deal: { n: 2n } })
    await expectRevert(reveal(direct, world.content), 'Orders_BadKey', [
      orderIdOf(direct.deal),
      ZeroHash,
      parcel.keyHash,
    ])
  })

  it('is the only way of a fair order: it cannot be delivered without proof', async () => {
    const quote = await ordered()
    await expectRevert(asSigner.deliver(quote.deal, goodsHashOf(quote.goods)), 'Orders_NotDirect', [
      orderIdOf(quote.deal),
    ])
  })
})

describe('Orders.revealRun', () => {
  beforeEach(() => world.reset())

  it('makes a placed run REVEALED for the dispute window, with its receipt', async () => {
    const { quote, delivery, receipt } = await revealedRun(world, parcel)
    const settlesAfter = (await world.chain.now()) + CONFIG.disputeWindowSeconds
    expect(await orders.statusOf(orderIdOf(quote.deal))).toEqual([STATUS.REVEALED, KIND.COMPUTE, settlesAfter])
    expect(delivery.receiptHash).toBe(await orders.hashReceipt(receipt))
    const [event] = await orders.queryFilter('OrderRevealed')
    expect(orders.interface.parseLog(event as never)?.args.toObject(true).delivery).toEqual(delivery)
  })

  it.each<[string, Partial<Receipt>]>([
    ['that failed', { verdict: VERDICT.REVIEW, releasedHash: ZeroHash }],
    ['without a model', { releasedHash: ZeroHash }],
    ['without the tree of a model', { releasedRoot: ZeroHash }],
    ['without bytes', { releasedBytes: 0n }],
  ])('refuses an outcome %s', async (_, changes) => {
    const quote = await placed(world, KIND.COMPUTE, fairly(KIND.COMPUTE, parcel.keyHash))
    const good = { releasedRoot: parcel.contentRoot, releasedBytes: parcel.sizeBytes }
    const outcome = receiptFor(quote, { ...good, ...changes })
    const { releasedRoot: contentRoot, releasedBytes: sizeBytes } = outcome
    const ack = await ackFor(quote, { contentRoot, sizeBytes })
    await expectRevert(asSigner.revealRun(quote.deal, quote.goods, outcome, cipherRoot, key, ack), 'Orders_BadOutcome')
  })

  it('refuses an ack over another model than the receipt names', async () => {
    const quote = await placed(world, KIND.COMPUTE, fairly(KIND.COMPUTE, parcel.keyHash))
    const outcome = receiptFor(quote, { releasedRoot: id('another model'), releasedBytes: parcel.sizeBytes })
    const revealing = asSigner.revealRun(quote.deal, quote.goods, outcome, cipherRoot, key, await ackFor(quote))
    await expectRevert(revealing, 'Orders_BadAck')
  })

  it('refuses a download', async () => {
    const quote = await ordered()
    const outcome = receiptFor(quote, { releasedRoot: parcel.contentRoot, releasedBytes: parcel.sizeBytes })
    const revealing = asSigner.revealRun(quote.deal, quote.goods, outcome, cipherRoot, key, await ackFor(quote))
    await expectRevert(revealing, 'Orders_WrongKind', [orderIdOf(quote.deal), KIND.ACCESS])
  })

  it('is not needed: the receipt alone may be posted, and then pays failureBps', async () => {
    const quote = await placed(world, KIND.COMPUTE, fairly(KIND.COMPUTE, parcel.keyHash))
    const receipt = receiptFor(quote, { releasedRoot: parcel.contentRoot, releasedBytes: parcel.sizeBytes })
    await asSigner.fulfil(quote.deal, goodsHashOf(quote.goods), receipt)
    const before = await vaultBalance(world, buyer)
    await world.chain.wait(CONFIG.disputeWindowSeconds + 1n)
    await orders.settle([settlementOf(quote, receipt)])
    const due = (quote.deal.price * CONFIG.failureBps) / BPS
    expect((await vaultBalance(world, buyer)) - before).toBe(quote.deal.price - due)
    expect(receiptHashOf(receipt)).toBe(await orders.hashReceipt(receipt))
  })

  it('refuses anybody but the signer', async () => {
    const quote = await placed(world, KIND.COMPUTE, fairly(KIND.COMPUTE, parcel.keyHash))
    const outcome = receiptFor(quote, { releasedRoot: parcel.contentRoot, releasedBytes: parcel.sizeBytes })
    const ack = await ackFor(quote)
    const revealing = by(buyer, orders).revealRun(quote.deal, quote.goods, outcome, cipherRoot, key, ack)
    await expectRevert(revealing, 'Orders_NotSigner')
  })
})

describe('a fair order that is not revealed', () => {
  beforeEach(() => world.reset())

  it('is refunded in full', async () => {
    const before = await vaultBalance(world, buyer)
    const quote = await ordered({ fulfilWithin: HOUR })
    await world.chain.wait(2n * HOUR + 1n)
    await by(stranger, orders).refund([refundOf(quote)])
    expect(await vaultBalance(world, buyer)).toBe(before)
    await expectRevert(by(buyer, orders).place(quote, FROM_VAULT), 'Orders_Exists')
  })
})
