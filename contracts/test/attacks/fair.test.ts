import { id, keccak256, ZeroHash } from 'ethers'
import { beforeEach, describe, expect, it } from 'vitest'
import { by } from '../trade/contracts.ts'
import { ackBy, contentIn, Parcel, revealed, revealedRun } from '../trade/delivery.ts'
import { expectRevert } from '../trade/expect.ts'
import {
  ACK_KEY,
  acceptanceBy,
  fairly,
  goodsHashOf,
  orderIdOf,
  ordersDomain,
  placed,
  refundOf,
  settlementOf,
  signedReceipt,
} from '../trade/quotes.ts'
import { ACCESS_PRICE, COMPENSATION, CONFIG, HOUR, KIND, type Quote, STATUS } from '../trade/terms.ts'
import { RECEIPT_TYPES } from '../trade/typed-data.ts'
import { openWorld, publish, termsHashOf, vaultBalance } from '../trade/world.ts'
import { isRefused, swapsOf } from './support/swaps.ts'

const world = await openWorld()
const { arbiter, buyer, chain, datatrust, datatrusts, maker, operator, orders, other, payout, signer, stranger } = world
const parcel = new Parcel(2)
const wrong = new Parcel(2, { wrong: [1], seed: 'wrong' })
const content = contentIn(parcel)
const REFUSALS = ['Orders_WrongTerms', 'Orders_WrongStatus', 'Orders_NotSigner', 'Orders_NotArbiter', 'Orders_BadAck']

async function ordered(deal: object = {}): Promise<Quote> {
  const listing = await publish(world, { salt: id('fair'), content })
  await chain.wait(CONFIG.activationSeconds)
  const terms = fairly(KIND.ACCESS, parcel.keyHash, { deal })
  return placed(world, KIND.ACCESS, {
    deal: { listing, ...terms.deal },
    goods: { ...terms.goods, termsHash: termsHashOf(content) },
  })
}

describe('an attacker who swaps a field of a fair deal after it was placed', () => {
  beforeEach(() => world.reset())

  it('is refused by reveal, in every field', async () => {
    await by(operator, datatrusts).register(signer.address, other.address, world.asset, id('key'), 'https://b.example')
    const quote = await ordered()
    const { cipherRoot, key } = parcel
    const reveal = by(signer, orders).reveal
    const args = async (deal = quote.deal, goods = quote.goods) => {
      const ack = await ackBy(world, ACK_KEY, deal, parcel.delivery(ZeroHash))
      return [deal, goods, content, cipherRoot, key, ack] as const
    }
    await reveal.staticCall(...(await args()))
    for (const [field, deal] of swapsOf(quote.deal, other)) {
      await isRefused(reveal.staticCall(...(await args(deal))), REFUSALS, field)
    }
    for (const field of ['recipientKey', 'algorithm', 'parametersHash', 'runtimeDigest', 'runId']) {
      const goods = { ...quote.goods, [field]: id('x') }
      await isRefused(reveal.staticCall(...(await args(quote.deal, goods))), REFUSALS, field)
    }
  })

  it('is refused by complain, in every field', async () => {
    const { quote, delivery } = await revealed(world, wrong)
    const goodsHash = goodsHashOf(quote.goods)
    await orders.complain.staticCall(quote.deal, goodsHash, delivery, wrong.evidence(1))
    for (const [field, deal] of swapsOf(quote.deal, other)) {
      await isRefused(orders.complain.staticCall(deal, goodsHash, delivery, wrong.evidence(1)), REFUSALS, field)
    }
  })

  it('is refused by contradict, in every field', async () => {
    const { quote, receipt, delivery } = await revealedRun(world, parcel)
    const signed = await signedReceipt(world, signer, { ...receipt, rawOutputHash: id('another output') })
    await orders.contradict.staticCall(quote.deal, delivery, receipt, ...signed)
    for (const [field, deal] of swapsOf(quote.deal, other)) {
      await isRefused(orders.contradict.staticCall(deal, delivery, receipt, ...signed), REFUSALS, field)
    }
  })

  it('is refused by dispute and by rule, in every field', async () => {
    const { quote, delivery } = await revealedRun(world, parcel, { deal: { arbiter: arbiter.address } })
    const { goodsHash, deliveryHash } = settlementOf(quote, delivery)
    const asArbiter = by(arbiter, orders)
    for (const [field, deal] of swapsOf(quote.deal, other)) {
      await isRefused(asArbiter.dispute.staticCall(deal, goodsHash, deliveryHash), REFUSALS, field)
    }
    await asArbiter.dispute(quote.deal, goodsHash, deliveryHash)
    for (const [field, deal] of swapsOf(quote.deal, other)) {
      await isRefused(asArbiter.rule.staticCall(deal, goodsHash, deliveryHash, true), REFUSALS, field)
    }
  })
})

describe('an attacker who has signed once', () => {
  beforeEach(() => world.reset())

  it('cannot be held to an ack for another order, nor to an acceptance of another delivery', async () => {
    const first = await revealed(world, parcel)
    const second = await revealedRun(world, parcel, { deal: { n: 2n } })
    const acceptance = await acceptanceBy(world, ACK_KEY, first.quote, first.delivery)
    const settling = orders.settle([settlementOf(second.quote, second.delivery, acceptance)])
    await expectRevert(settling, 'Orders_BadAcceptance', [orderIdOf(second.quote.deal)])
  })

  it('cannot reveal again, to lengthen the window or over something else', async () => {
    const { quote } = await revealed(world, parcel)
    const delivery = { ...parcel.delivery(ZeroHash), cipherRoot: id('rubbish') }
    const ack = await ackBy(world, ACK_KEY, quote.deal, delivery)
    const again = by(signer, orders).reveal(quote.deal, quote.goods, content, id('rubbish'), parcel.key, ack)
    await expectRevert(again, 'Orders_WrongStatus', [orderIdOf(quote.deal), STATUS.REVEALED])
  })

  it('cannot turn a receipt alone into a reveal, nor a reveal into a receipt alone', async () => {
    const { quote, receipt, delivery } = await revealedRun(world, parcel)
    const fulfil = by(signer, orders).fulfil(quote.deal, goodsHashOf(quote.goods), receipt)
    await expectRevert(fulfil, 'Orders_WrongStatus')
    const alone = { ...settlementOf(quote, delivery), deliveryHash: delivery.receiptHash }
    await chain.wait(CONFIG.disputeWindowSeconds + 1n)
    await expectRevert(orders.settle([alone]), 'Orders_WrongTerms')
  })
})

describe('a refund racing a reveal', () => {
  beforeEach(() => world.reset())

  it('cannot win against a key broadcast by fulfilBy, for an hour', async () => {
    const quote = await ordered({ fulfilWithin: HOUR })
    const fulfilBy = (await chain.now()) + HOUR
    const ack = await ackBy(world, ACK_KEY, quote.deal, parcel.delivery(ZeroHash))
    await chain.nextBlockAt(fulfilBy + HOUR)
    await expectRevert(by(buyer, orders).refund([refundOf(quote)]), 'Orders_TooEarly')
    await by(signer, orders).reveal(quote.deal, quote.goods, content, parcel.cipherRoot, parcel.key, ack)
    await chain.wait(HOUR)
    await by(buyer, orders).refund([refundOf(quote)])
    expect((await orders.statusOf(orderIdOf(quote.deal)))[0]).toBe(STATUS.REVEALED)
  })

  it('has one winner where both are in one block, and the money goes once', async () => {
    const quote = await ordered({ fulfilWithin: HOUR })
    const before = await vaultBalance(world, buyer)
    await chain.wait(2n * HOUR + 10n)
    const ack = await ackBy(world, ACK_KEY, quote.deal, parcel.delivery(ZeroHash))
    await chain.inOneBlock(async () => {
      await by(buyer, orders).refund([refundOf(quote)], { gasLimit: 500_000, maxPriorityFeePerGas: 10n ** 10n })
      await by(signer, orders).reveal(quote.deal, quote.goods, content, parcel.cipherRoot, parcel.key, ack, {
        gasLimit: 500_000,
        maxPriorityFeePerGas: 1n,
      })
    })
    expect((await orders.statusOf(orderIdOf(quote.deal)))[0]).toBe(STATUS.REFUNDED)
    expect((await vaultBalance(world, buyer)) - before).toBe(ACCESS_PRICE)
  })
})

describe('an operator who complains about itself to free its bond', () => {
  beforeEach(() => world.reset())

  const PRICES = [1n, COMPENSATION, 2n * COMPENSATION, 100n * COMPENSATION, CONFIG.minBond / 2n, CONFIG.minBond]

  it.each(PRICES)('burns at least what it frees, at a price of %s', async (price) => {
    // Buyer and operator are one: what the buyer gets beyond the price comes out of their own bond.
    const fortune = async (): Promise<bigint> =>
      (await vaultBalance(world, buyer)) + (await vaultBalance(world, payout))
    const before = await fortune()
    const { bond } = await datatrusts.get(datatrust)
    const { quote, delivery } = await revealed(world, wrong, { deal: { price } })
    await orders.complain(quote.deal, goodsHashOf(quote.goods), delivery, wrong.evidence(1))
    const freed = (await fortune()) - before
    const lost = bond - (await datatrusts.get(datatrust)).bond
    expect(freed).toBeLessThanOrEqual(COMPENSATION)
    expect(lost).toBeGreaterThanOrEqual(2n * freed)
  })
})

describe('an operator who contradicts itself to free its bond', () => {
  beforeEach(() => world.reset())

  it.each([1n, COMPENSATION, 100n * COMPENSATION])('burns at least what it frees, at a price of %s', async (price) => {
    const fortune = async (): Promise<bigint> =>
      (await vaultBalance(world, buyer)) + (await vaultBalance(world, payout))
    const before = await fortune()
    const { bond } = await datatrusts.get(datatrust)
    await by(maker, world.listings).setPrices(world.listing, { access: price, compute: price })
    const { quote, receipt, delivery } = await revealedRun(world, parcel, { deal: { price } })
    const signed = await signedReceipt(world, signer, { ...receipt, rawOutputHash: id('another output') })
    await orders.contradict(quote.deal, delivery, receipt, ...signed)
    const freed = (await fortune()) - before
    expect(freed).toBeLessThanOrEqual(COMPENSATION)
    expect(bond - (await datatrusts.get(datatrust)).bond).toBeGreaterThanOrEqual(2n * freed)
  })

  it('cannot be framed: what it signed for another order, chain or contract contradicts nothing', async () => {
    const { quote, receipt, delivery } = await revealedRun(world, parcel)
    const lie = { ...receipt, rawOutputHash: id('another output') }
    const domains = [
      { chainId: 1n },
      { verifyingContract: String(world.listings.target) },
      { name: 'Gristmill Listings' },
    ] as const
    for (const changes of domains) {
      const signature = await signer.signTypedData({ ...ordersDomain(world), ...changes }, RECEIPT_TYPES, lie)
      const framing = by(buyer, orders).contradict(quote.deal, delivery, receipt, lie, signer.address, signature)
      await expectRevert(framing, 'Orders_BadReceipt')
    }
    const elsewhere = await signedReceipt(world, signer, { ...lie, orderId: id('another order') })
    await expectRevert(
      by(buyer, orders).contradict(quote.deal, delivery, receipt, ...elsewhere),
      'Orders_NoContradiction',
    )
  })
})

describe('a buyer', () => {
  beforeEach(() => world.reset())

  it('gains from a datatrust’s honesty nothing but the data: no cell of it is a complaint', async () => {
    const before = await vaultBalance(world, buyer)
    const { quote, delivery } = await revealed(world, parcel)
    const spent = before - (await vaultBalance(world, buyer))
    for (const [mine, theirs] of [
      [0, 1],
      [1, 0],
    ] as const) {
      const forged = { ...parcel.evidence(mine), plainLeaf: parcel.evidence(theirs).plainLeaf }
      await expectRevert(
        by(buyer, orders).complain(quote.deal, goodsHashOf(quote.goods), delivery, forged),
        'Fair_BadPlainProof',
      )
    }
    expect(before - (await vaultBalance(world, buyer))).toBe(spent)
  })

  it('who reads the key in the mempool cannot reveal it over rubbish', async () => {
    const quote = await ordered()
    const rubbish = { ...parcel.delivery(ZeroHash), cipherRoot: id('rubbish') }
    const ack = await ackBy(world, ACK_KEY, quote.deal, rubbish)
    const reveal = by(buyer, orders).reveal(quote.deal, quote.goods, content, id('rubbish'), parcel.key, ack)
    await expectRevert(reveal, 'Orders_NotSigner', [datatrust, buyer.address])
  })
})

describe('a datatrust', () => {
  beforeEach(() => world.reset())

  it('gets nothing for a key without an ack, and nothing for an ack without the key', async () => {
    const quote = await ordered()
    const { cipherRoot, key } = parcel
    const asSigner = by(signer, orders)
    await expectRevert(asSigner.reveal(quote.deal, quote.goods, content, cipherRoot, key, '0x'), 'Orders_BadAck')
    const ack = await ackBy(world, ACK_KEY, quote.deal, parcel.delivery(ZeroHash))
    const other = asSigner.reveal(quote.deal, quote.goods, content, cipherRoot, id('guess'), ack)
    await expectRevert(other, 'Orders_BadKey', [orderIdOf(quote.deal), parcel.keyHash, keccak256(id('guess'))])
    await expectRevert(asSigner.deliver(quote.deal, goodsHashOf(quote.goods)), 'Orders_NotDirect')
  })

  it('pays for a wrong cell whoever shows it, and only to the buyer', async () => {
    const { quote, delivery } = await revealed(world, wrong)
    const [mine, theirs] = [await vaultBalance(world, stranger), await vaultBalance(world, buyer)]
    await by(stranger, orders).complain(quote.deal, goodsHashOf(quote.goods), delivery, wrong.evidence(1))
    expect(await vaultBalance(world, stranger)).toBe(mine)
    expect((await vaultBalance(world, buyer)) - theirs).toBe(ACCESS_PRICE + COMPENSATION)
  })
})
