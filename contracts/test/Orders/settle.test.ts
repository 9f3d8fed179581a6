import { id } from 'ethers'
import { beforeEach, describe, expect, it } from 'vitest'
import { by } from '../trade/contracts.ts'
import { Parcel, revealedRun } from '../trade/delivery.ts'
import { expectRevert } from '../trade/expect.ts'
import {
  ACK_KEY,
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
import { BPS, COMPUTE_PRICE, CONFIG, DAY, FROM_VAULT, KIND, STATUS, VERDICT } from '../trade/terms.ts'
import {
  contentOf,
  createMarket,
  DEPOSITED,
  openWorld,
  publish,
  termsHashOf,
  totalInVault,
  vaultBalance,
} from '../trade/world.ts'

const world = await openWorld()
const { buyer, maker, orders, payout, signer, stranger } = world
const asStranger = by(stranger, orders)
const WINDOW = CONFIG.disputeWindowSeconds

/** The split of what is due, written out apart from the contracts. */
function split(due: bigint) {
  const toMaker = (due * CONFIG.makerBps) / BPS
  const toOperator = (due * CONFIG.operatorBps) / BPS
  const toCurators = (due * CONFIG.curatorsBps) / BPS
  return { toMaker, toOperator, toCurators, toReserve: due - toMaker - toOperator - toCurators }
}

async function balances() {
  return {
    maker: await vaultBalance(world, maker),
    operator: await vaultBalance(world, payout),
    buyer: await vaultBalance(world, buyer),
    orders: await vaultBalance(world, String(orders.target)),
  }
}

describe('Orders.settle', () => {
  beforeEach(() => world.reset())

  describe('given a run whose sponsor has the model', () => {
    it('splits the whole price after the window', async () => {
      const { quote, delivery } = await revealedRun(world, new Parcel(3))
      const before = await balances()
      await world.chain.wait(WINDOW + 1n)
      await asStranger.settle([settlementOf(quote, delivery)])
      const { toMaker, toOperator, toCurators, toReserve } = split(COMPUTE_PRICE)
      const after = await balances()
      const reward = CONFIG.listReward < toReserve / 2n ? CONFIG.listReward : toReserve / 2n
      expect(after.maker - before.maker).toBe(toMaker + reward)
      expect(after.operator - before.operator).toBe(toOperator)
      expect(after.buyer).toBe(before.buyer)
      expect(after.orders).toBe(toCurators)
      const reserve = await world.markets.reserveOf(world.market)
      expect([reserve.locked, reserve.pending]).toEqual([toReserve, toCurators])
      expect((await orders.statusOf(orderIdOf(quote.deal)))[0]).toBe(STATUS.SETTLED)
      expect(await totalInVault(world)).toBe(DEPOSITED)
    })

    it('opens strictly after the last second of the window', async () => {
      const { quote, receipt } = await fulfilled(world)
      const settlesAfter = (await world.chain.now()) + WINDOW
      await world.chain.nextBlockAt(settlesAfter)
      await expectRevert(asStranger.settle([settlementOf(quote, receipt)]), 'Orders_TooEarly', [
        orderIdOf(quote.deal),
        settlesAfter,
      ])
      await world.chain.nextBlockAt(settlesAfter + 1n)
      await asStranger.settle([settlementOf(quote, receipt)])
    })

    it('settles at once with the buyer’s acceptance, whoever sends it', async () => {
      const { quote, receipt } = await fulfilled(world)
      const acceptance = await acceptanceBy(world, buyer, quote, receipt)
      await asStranger.settle([settlementOf(quote, receipt, acceptance)])
      expect((await orders.statusOf(orderIdOf(quote.deal)))[0]).toBe(STATUS.SETTLED)
    })

    it('refuses an acceptance by another account, of another order, of another delivery', async () => {
      const { quote, receipt } = await fulfilled(world)
      const other = await fulfilled(world, VERDICT.OK, { deal: { n: 2n } })
      const acceptances = [
        await acceptanceBy(world, stranger, quote, receipt),
        await acceptanceBy(world, buyer, other.quote, other.receipt),
        await acceptanceBy(world, buyer, quote, { ...receipt, releasedHash: id('other model') }),
        '0x1234',
      ]
      for (const acceptance of acceptances) {
        const settling = asStranger.settle([settlementOf(quote, receipt, acceptance)])
        await expectRevert(settling, 'Orders_BadAcceptance', [orderIdOf(quote.deal)])
      }
    })

    it('settles at once with the acceptance of the session key', async () => {
      const { quote, delivery } = await revealedRun(world, new Parcel(1))
      const before = await balances()
      await asStranger.settle([settlementOf(quote, delivery, await acceptanceBy(world, ACK_KEY, quote, delivery))])
      expect((await balances()).operator - before.operator).toBe(split(COMPUTE_PRICE).toOperator)
    })

    it('does not look at an acceptance once all is due and the window over: nothing can jam it', async () => {
      const { quote, delivery } = await revealedRun(world, new Parcel(1))
      await world.chain.wait(WINDOW + 1n)
      await asStranger.settle([settlementOf(quote, delivery, '0x1234')])
      expect((await orders.statusOf(orderIdOf(quote.deal)))[0]).toBe(STATUS.SETTLED)
    })
  })

  describe('given a receipt alone', () => {
    it('pays failureBps like a price and returns the rest to the buyer', async () => {
      const { quote, receipt } = await fulfilled(world, VERDICT.ALGO_ERROR)
      const before = await balances()
      await world.chain.wait(WINDOW + 1n)
      await asStranger.settle([settlementOf(quote, receipt)])
      const due = (COMPUTE_PRICE * CONFIG.failureBps) / BPS
      const { toMaker, toOperator, toCurators, toReserve } = split(due)
      const after = await balances()
      expect(after.buyer - before.buyer).toBe(COMPUTE_PRICE - due)
      expect(after.maker - before.maker).toBe(toMaker + toReserve / 2n)
      expect(after.operator - before.operator).toBe(toOperator)
      expect(after.orders).toBe(toCurators)
      const reserve = await world.markets.reserveOf(world.market)
      expect([reserve.locked, reserve.pending]).toEqual([toReserve, toCurators])
      expect(await totalInVault(world)).toBe(DEPOSITED)
    })

    it.each([
      ['within the window', 0n],
      ['after it', WINDOW + 1n],
    ])('pays in full with an acceptance, %s', async (_, waited) => {
      const { quote, receipt } = await fulfilled(world)
      const before = await balances()
      const acceptance = await acceptanceBy(world, buyer, quote, receipt)
      await world.chain.wait(waited + 1n)
      await asStranger.settle([settlementOf(quote, receipt, acceptance)])
      const after = await balances()
      expect(after.buyer).toBe(before.buyer)
      expect(after.operator - before.operator).toBe(split(COMPUTE_PRICE).toOperator)
    })

    it('says of a wrong acceptance after the window that it is wrong, rather than pay less', async () => {
      const { quote, receipt } = await fulfilled(world)
      await world.chain.wait(WINDOW + 1n)
      await expectRevert(asStranger.settle([settlementOf(quote, receipt, '0x1234')]), 'Orders_BadAcceptance')
    })
  })

  describe('given many orders', () => {
    it.each([
      ['sorted by listing', [0, 1, 2, 3, 4, 5]],
      ['with no neighbours of one listing', [0, 2, 4, 1, 3, 5]],
      ['from the last to the first', [5, 3, 1, 4, 2, 0]],
    ])('pays the exact sums over listings, makers and markets: %s', async (_, order) => {
      const market = await createMarket(world, 'second market')
      const second = contentOf('second')
      const third = contentOf('third')
      const listings = [
        { listing: world.listing, market: world.market, maker, content: world.content },
        {
          listing: await publish(world, { salt: id('2'), content: second, maker: world.other }),
          market: world.market,
          maker: world.other,
          content: second,
        },
        {
          listing: await publish(world, { market, salt: id('3'), content: third }),
          market,
          maker,
          content: third,
        },
      ]
      await world.chain.wait(CONFIG.activationSeconds)
      const verdicts = [VERDICT.OK, VERDICT.REVIEW]
      const batch: ReturnType<typeof settlementOf>[] = []
      const before = { ...(await balances()), other: await vaultBalance(world, world.other) }
      for (const { listing, market: at, maker: by_, content } of listings) {
        for (const [i, verdict] of verdicts.entries()) {
          const deal = { listing, market: at, maker: by_.address, n: BigInt(i + 1) }
          const terms = { deal, goods: { termsHash: termsHashOf(content) } }
          const { quote, receipt } = await fulfilled(world, verdict, terms)
          const isAccepted = verdict === VERDICT.OK
          batch.push(settlementOf(quote, receipt, isAccepted ? await acceptanceBy(world, buyer, quote, receipt) : '0x'))
        }
      }
      await world.chain.wait(WINDOW + 1n)
      await asStranger.settle(order.map((i) => batch[i]))

      const due = (COMPUTE_PRICE * CONFIG.failureBps) / BPS
      const sum = (part: keyof ReturnType<typeof split>): bigint => split(COMPUTE_PRICE)[part] + split(due)[part]
      const reward = CONFIG.listReward < sum('toReserve') / 2n ? CONFIG.listReward : sum('toReserve') / 2n
      const after = { ...(await balances()), other: await vaultBalance(world, world.other) }
      expect(after.maker - before.maker).toBe(2n * (sum('toMaker') + reward))
      expect(after.other - before.other).toBe(sum('toMaker') + reward)
      expect(after.operator - before.operator).toBe(3n * sum('toOperator'))
      expect(before.buyer - after.buyer).toBe(3n * (COMPUTE_PRICE + due))
      expect(after.orders).toBe(3n * sum('toCurators'))
      for (const { listing } of listings) expect(await orders.accrualOf(listing)).toEqual([sum('toCurators'), reward])
      const reserves = [await world.markets.reserveOf(world.market), await world.markets.reserveOf(market)]
      expect(reserves.map(({ locked }) => locked)).toEqual([2n * sum('toReserve'), sum('toReserve')])
      expect(reserves.map(({ pending }) => pending)).toEqual([2n * sum('toCurators'), sum('toCurators')])
      expect(await totalInVault(world)).toBe(DEPOSITED)
    })

    it('settles each once: repeated, settled and refunded orders are skipped', async () => {
      const one = await fulfilled(world)
      const two = await fulfilled(world, VERDICT.OK, { deal: { n: 2n } })
      const refunded = await placed(world, KIND.COMPUTE, { deal: { n: 3n } })
      await world.chain.wait(WINDOW + 1n)
      await asStranger.refund([refundOf(refunded)])
      const first = settlementOf(one.quote, one.receipt)
      await asStranger.settle([first, first])
      const before = await balances()
      const skipped = settlementOf(refunded, receiptFor(refunded))
      await asStranger.settle([first, skipped, settlementOf(two.quote, two.receipt)])
      const after = await balances()
      expect(after.operator - before.operator).toBe(split((COMPUTE_PRICE * CONFIG.failureBps) / BPS).toOperator)
      expect(await totalInVault(world)).toBe(DEPOSITED)
    })

    it('changes nothing when all of them are settled', async () => {
      const { quote, receipt } = await fulfilled(world)
      await world.chain.wait(WINDOW + 1n)
      await asStranger.settle([settlementOf(quote, receipt)])
      const before = await balances()
      await asStranger.settle([settlementOf(quote, receipt)])
      expect(await balances()).toEqual(before)
    })
  })

  describe('when terms change between placing and settling', () => {
    it('keeps those agreed', async () => {
      const { quote, delivery } = await revealedRun(world, new Parcel(1))
      const before = await balances()
      await by(world.patron, world.markets).setConfig(world.market, { ...CONFIG, makerBps: 2_500n, failureBps: 0n })
      await by(maker, world.listings).setPrices(world.listing, { access: 1n, compute: 1n })
      await by(maker, world.listings).exit(world.listing)
      await world.chain.wait(8n * DAY)
      await asStranger.settle([settlementOf(quote, delivery)])
      expect((await balances()).operator - before.operator).toBe(split(COMPUTE_PRICE).toOperator)
      expect((await orders.accrualOf(world.listing))[0]).toBe(split(COMPUTE_PRICE).toCurators)
    })
  })

  it('refuses an order not yet fulfilled, and one that does not exist', async () => {
    const quote = await quoteFor(world, KIND.COMPUTE)
    const settling = () => asStranger.settle([settlementOf(quote, receiptFor(quote))])
    await expectRevert(settling(), 'Orders_WrongStatus', [orderIdOf(quote.deal), STATUS.NONE])
    await by(buyer, orders).place(quote, FROM_VAULT)
    await expectRevert(settling(), 'Orders_WrongStatus', [orderIdOf(quote.deal), STATUS.PLACED])
  })

  it('refuses other terms, goods or delivery than agreed', async () => {
    const { quote, receipt } = await fulfilled(world)
    await world.chain.wait(WINDOW + 1n)
    const good = settlementOf(quote, receipt)
    const changes = [
      { deal: { ...quote.deal, maker: stranger.address } },
      { deal: { ...quote.deal, operator: stranger.address } },
      { deal: { ...quote.deal, price: 1n } },
      { deal: { ...quote.deal, asset: stranger.address } },
      { deal: { ...quote.deal, failureBps: 0n } },
      { goodsHash: goodsHashOf({ ...quote.goods, recipientKey: id('other') }) },
      { deliveryHash: id('other') },
    ]
    for (const change of changes) {
      const settling = asStranger.settle([{ ...good, ...change }])
      await expectRevert(settling, 'Orders_WrongTerms', [orderIdOf(quote.deal)])
    }
  })

  it('refuses an empty batch', async () => {
    await expectRevert(by(signer, orders).settle([]), 'Orders_Empty')
  })

  it('accepts the acceptance of a contract (ERC-1271)', async () => {
    const { ethers } = world.chain
    const wallet = await ethers.deployContract('Wallet', [stranger.address])
    const address = String(wallet.target)
    await by(buyer, world.vault).transfer(address, BigInt(world.asset), COMPUTE_PRICE)
    const run = by(stranger, wallet).getFunction('run')
    await run(world.vault.target, world.vault.interface.encodeFunctionData('setOperator', [orders.target, true]))
    const quote = await quoteFor(world, KIND.COMPUTE, { deal: { buyer: address } })
    await run(orders.target, orders.interface.encodeFunctionData('place', [quote, FROM_VAULT]))
    const receipt = receiptFor(quote)
    await by(signer, orders).fulfil(quote.deal, goodsHashOf(quote.goods), receipt)
    const acceptance = await acceptanceBy(world, stranger, quote, receipt)
    await asStranger.settle([settlementOf(quote, receipt, acceptance)])
    expect((await orders.statusOf(orderIdOf(quote.deal)))[0]).toBe(STATUS.SETTLED)
  })
})
