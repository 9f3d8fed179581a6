import { id, ZeroAddress } from 'ethers'
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
  receiptHashOf,
  refundOf,
  settlementOf,
} from '../trade/quotes.ts'
import { CONFIG, type Deal, FROM_VAULT, HOUR, KIND, STATUS, VERDICT } from '../trade/terms.ts'
import { DEPOSITED, openWorld, publish, totalInVault, vaultBalance } from '../trade/world.ts'
import { saltOf } from './support/markets.ts'

const world = await openWorld()
const { buyer, chain, datatrusts, listings, maker, markets, operator, orders, other, payout, signer } = world
const GRACE = HOUR
const WINDOW = CONFIG.computeWindowSeconds

/** One deal for every field, each with only that field changed. */
function swapsOf(deal: Deal): [field: string, swapped: Deal][] {
  const changes: Record<keyof Deal, unknown> = {
    listing: id('another'),
    buyer: other.address,
    n: deal.n + 7n,
    market: id('another'),
    asset: other.address,
    maker: other.address,
    operator: other.address,
    datatrust: 2n,
    price: deal.price * 1_000n,
    makerBps: 10_000n,
    operatorBps: 10_000n,
    curatorsBps: 0n,
    failureBps: 10_000n,
    kind: 1n - deal.kind,
    placeBy: deal.placeBy + 1n,
    fulfilWithin: 0n,
    window: deal.window + 1n,
    arbiter: other.address,
  }
  return Object.entries(changes).map(([field, value]) => [field, { ...deal, [field]: value } as Deal])
}

async function isRefused(call: Promise<unknown>, names: readonly string[], field: string): Promise<void> {
  const failures: unknown[] = []
  for (const name of names) {
    try {
      return await expectRevert(call, name)
    } catch (failure) {
      failures.push(failure)
    }
  }
  throw new AggregateError(failures, `swapping ${field} was not refused`)
}

describe('an attacker who swaps a field of a deal after it was placed', () => {
  beforeEach(() => world.reset())

  const REFUSALS = ['Orders_WrongTerms', 'Orders_WrongStatus', 'Orders_NotSigner']

  it('is refused by refund, in every field', async () => {
    const quote = await placed(world, KIND.ACCESS)
    await chain.wait(3n * HOUR)
    await orders.refund.staticCall([refundOf(quote)])
    for (const [field, deal] of swapsOf(quote.deal)) {
      await isRefused(orders.refund.staticCall([{ ...refundOf(quote), deal }]), REFUSALS, field)
    }
  })

  it('is refused by deliver, in every field', async () => {
    await by(operator, datatrusts).register(signer.address, other.address, world.asset, id('key'), 'https://b.example')
    const { deal: agreed, goods } = await placed(world, KIND.ACCESS)
    const deliver = by(signer, orders).deliver
    await deliver.staticCall(agreed, goodsHashOf(goods))
    for (const [field, deal] of swapsOf(agreed)) {
      await isRefused(deliver.staticCall(deal, goodsHashOf(goods)), REFUSALS, field)
    }
    await isRefused(deliver.staticCall(agreed, id('other goods')), REFUSALS, 'goods')
  })

  it('is refused by fulfil, in every field', async () => {
    await by(operator, datatrusts).register(signer.address, other.address, world.asset, id('key'), 'https://b.example')
    const quote = await placed(world, KIND.COMPUTE)
    const fulfil = by(signer, orders).fulfil
    await fulfil.staticCall(quote.deal, quote.goods, receiptFor(quote))
    for (const [field, deal] of swapsOf(quote.deal)) {
      const receipt = { ...receiptFor(quote), orderId: orderIdOf(deal) }
      await isRefused(fulfil.staticCall(deal, quote.goods, receipt), REFUSALS, field)
    }
    const goods = { ...quote.goods, recipientKey: id('attacker') }
    await isRefused(fulfil.staticCall(quote.deal, goods, receiptFor(quote)), REFUSALS, 'goods')
  })

  it('is refused by settle, in every field', async () => {
    const { quote, receipt } = await fulfilled(world)
    const settlement = settlementOf(quote, receipt)
    await chain.wait(WINDOW + 1n)
    await orders.settle.staticCall([settlement])
    for (const [field, deal] of swapsOf(quote.deal)) {
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
    const fulfil = by(signer, orders).fulfil(download.deal, download.goods, receiptFor(download))
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
    await by(signer, orders).fulfil(quote.deal, quote.goods, receiptFor(quote))
    await expectRevert(orders.refund([refundOf(quote)]), 'Orders_WrongStatus')
  })

  it('cannot fulfil or deliver what was refunded a second before', async () => {
    const run = await placed(world, KIND.COMPUTE)
    const download = await placed(world, KIND.ACCESS, { deal: { n: 2n } })
    await chain.wait(HOUR + GRACE + 1n)
    await orders.refund([refundOf(run), refundOf(download)])
    await expectRevert(by(signer, orders).fulfil(run.deal, run.goods, receiptFor(run)), 'Orders_WrongStatus')
    await expectRevert(by(signer, orders).deliver(download.deal, goodsHashOf(download.goods)), 'Orders_WrongStatus')
  })

  it('cannot fulfil again, to lengthen the window or to change the verdict', async () => {
    const { quote } = await fulfilled(world, VERDICT.ALGO_ERROR)
    const again = receiptFor(quote, { verdict: VERDICT.OK })
    await expectRevert(by(signer, orders).fulfil(quote.deal, quote.goods, again), 'Orders_WrongStatus')
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

  it.fails('cannot keep others in a batch of refunds from their money by fulfilling one of it late', async () => {
    const first = await placed(world, KIND.COMPUTE)
    const second = await placed(world, KIND.COMPUTE, { deal: { n: 2n, buyer: other.address } })
    await chain.wait(3n * HOUR)
    await by(signer, orders).fulfil(second.deal, second.goods, receiptFor(second))
    await orders.refund([refundOf(first), refundOf(second)])
    expect((await orders.statusOf(orderIdOf(first.deal)))[0]).toBe(STATUS.REFUNDED)
  })
})

describe('a datatrust that changes after an order was placed', () => {
  beforeEach(() => world.reset())

  it('still pays the address the buyer agreed to, and acts with its new key', async () => {
    const quote = await placed(world, KIND.ACCESS)
    await by(operator, datatrusts).update(1n, other.address, other.address, id('key'), 'https://b.example')
    const before = [await vaultBalance(world, payout), await vaultBalance(world, other)] as const
    const delivery = [quote.deal, goodsHashOf(quote.goods)] as const
    await expectRevert(by(signer, orders).deliver(...delivery), 'Orders_NotSigner')
    await by(other, orders).deliver(...delivery)
    expect(await vaultBalance(world, payout)).toBeGreaterThan(before[0])
    expect(await vaultBalance(world, other)).toBe(before[1])
  })

  it('takes no order once it unbonds, nor with a bond in another asset', async () => {
    const quote = await quoteFor(world, KIND.ACCESS)
    await by(operator, datatrusts).unbond(1n, 1n)
    await expectRevert(by(buyer, orders).place(quote, FROM_VAULT), 'Orders_BondTooLow')
  })

  it('cannot have its payout replaced between quote and order', async () => {
    const quote = await quoteFor(world, KIND.ACCESS)
    await by(operator, datatrusts).update(1n, signer.address, other.address, id('key'), 'https://b.example')
    await expectRevert(by(buyer, orders).place(quote, FROM_VAULT), 'Orders_DealMismatch')
  })

  it('whose payout is Orders, Markets or the Vault hurts itself only', async () => {
    for (const target of [orders, markets, world.vault]) {
      await world.reset()
      await by(operator, datatrusts).update(1n, signer.address, target.target, id('key'), 'https://b.example')
      const options = { deal: { operator: String(target.target) } }
      const quote = await placed(world, KIND.ACCESS, options)
      const { locked } = await markets.reserveOf(world.market)
      await by(signer, orders).deliver(quote.deal, goodsHashOf(quote.goods))
      const toReserve = (await markets.reserveOf(world.market)).locked - locked
      expect(toReserve).toBe(
        quote.deal.price -
          (quote.deal.price * 7_000n) / 10_000n -
          (quote.deal.price * 500n) / 10_000n -
          (quote.deal.price * 200n) / 10_000n,
      )
      const run = await fulfilled(world, VERDICT.OK, { deal: { ...options.deal, n: 2n } })
      await chain.wait(WINDOW + 1n)
      await orders.settle([settlementOf(run.quote, run.receipt)])
      await orders.flush(world.listing)
    }
  })
})

describe('an attacker of prices', () => {
  beforeEach(() => world.reset())

  it('gets nothing out of an order that is free, and nobody is charged', async () => {
    await by(maker, listings).setPrices(world.listing, { access: 0n, compute: 0n })
    const before = await markets.reserveOf(world.market)
    const download = await placed(world, KIND.ACCESS, { deal: { price: 0n } })
    await by(signer, orders).deliver(download.deal, goodsHashOf(download.goods))
    const run = await fulfilled(world, VERDICT.ALGO_ERROR, { deal: { n: 2n, price: 0n } })
    await chain.wait(WINDOW + 1n)
    await orders.settle([settlementOf(run.quote, run.receipt)])
    const lost = await placed(world, KIND.COMPUTE, { deal: { n: 3n, price: 0n } })
    await chain.wait(3n * HOUR)
    await orders.refund([refundOf(lost)])
    const after = await markets.reserveOf(world.market)
    expect([after.locked, after.pending, after.bounty]).toEqual([before.locked, before.pending, before.bounty])
    expect(await totalInVault(world)).toBe(DEPOSITED)
  })

  it('leaves no unit behind in orders of some units', async () => {
    const held = await vaultBalance(world, String(orders.target))
    for (let price = 1n; price <= 6n; price++) {
      await by(maker, listings).setPrices(world.listing, { access: price, compute: price })
      const download = await placed(world, KIND.ACCESS, { deal: { n: price, price } })
      await by(signer, orders).deliver(download.deal, goodsHashOf(download.goods))
      const run = await fulfilled(world, VERDICT.ALGO_ERROR, { deal: { n: 100n + price, price } })
      await chain.wait(WINDOW + 1n)
      await orders.settle([settlementOf(run.quote, run.receipt)])
    }
    await orders.flush(world.listing)
    expect(await vaultBalance(world, String(orders.target))).toBe(held)
    expect((await markets.reserveOf(world.market)).pending).toBe(0n)
  })

  it('cannot place at the highest price without the money, and so cannot jam what is pending', async () => {
    const price = 2n ** 96n - 2n
    await by(maker, listings).setPrices(world.listing, { access: price, compute: price })
    const quote = await quoteFor(world, KIND.ACCESS, { deal: { price } })
    await expectRevert(by(buyer, orders).place(quote, FROM_VAULT), 'ERC6909InsufficientBalance')
    expect((await markets.reserveOf(world.market)).pending).toBe(0n)
  })

  it('jams nothing with the highest price and the money for it', async () => {
    const price = 2n ** 96n - 2n
    await world.token.mint(other.address, 8n * price)
    await by(other, world.token).approve(world.vault.target, 8n * price)
    await by(other, world.vault).deposit(world.asset, 8n * price, other.address)
    await by(maker, listings).setPrices(world.listing, { access: price, compute: price })
    const dear = []
    for (let n = 1n; n <= 8n; n++)
      dear.push(await placed(world, KIND.COMPUTE, { deal: { n, price, buyer: other.address } }))
    await by(maker, listings).setPrices(world.listing, { access: 10n, compute: 10n })
    const cheap = await placed(world, KIND.ACCESS, { deal: { price: 10n } })
    await by(signer, orders).deliver(cheap.deal, goodsHashOf(cheap.goods))
    for (const quote of dear.slice(0, 4)) await by(signer, orders).fulfil(quote.deal, quote.goods, receiptFor(quote))
    await chain.wait(WINDOW + 1n)
    await orders.settle(dear.slice(0, 4).map((quote) => settlementOf(quote, receiptFor(quote))))
    await orders.refund(dear.slice(4).map(refundOf))
    await orders.flush(world.listing)
    expect((await markets.reserveOf(world.market)).pending).toBe(0n)
    expect(await totalInVault(world)).toBe(DEPOSITED + 8n * price)
  })

  it('cannot name an arbiter, a window or a split of their own', async () => {
    const changes: Partial<Deal>[] = [
      { arbiter: other.address },
      { window: 0n },
      { makerBps: 9_300n },
      { curatorsBps: 0n },
      { failureBps: 0n },
      { maker: other.address },
      { operator: other.address },
      { asset: ZeroAddress },
      { price: 1n },
    ]
    for (const deal of changes) {
      const quote = await quoteFor(world, KIND.COMPUTE, { deal })
      await expectRevert(by(buyer, orders).place(quote, FROM_VAULT), 'Orders_DealMismatch')
    }
  })
})

describe('a contract account whose answers about signatures are hostile', () => {
  beforeEach(() => world.reset())

  /** Enough for what is honest; what a hostile answer burns of it is the caller's. */
  const GAS = 1_000_000n
  const MAGIC = `7f1626ba7e${'00'.repeat(28)}5f5260205ff3`
  const ANSWERS = {
    nothing: '0x00',
    revert: '0x5f5ffd',
    'endless loop': '0x5b5f56',
    'many bytes': '0x62010f2c5ff3',
    'the right word and many bytes': `0x7f1626ba7e${'00'.repeat(28)}5f5262010f2c5ff3`,
  }

  async function becomes(account: { address: string }, code: string): Promise<void> {
    await chain.ethers.provider.send('hardhat_setCode', [account.address, code])
  }

  it('as a buyer can jam a batch only if the caller takes its acceptance in, and never after the window', async () => {
    for (const [name, code] of Object.entries(ANSWERS)) {
      await world.reset()
      const hostile = await fulfilled(world, VERDICT.OK, { deal: { buyer: other.address } })
      const honest = await fulfilled(world)
      const acceptance = await acceptanceBy(world, buyer, honest.quote, honest.receipt)
      await becomes(other, code)
      const jamming = settlementOf(hostile.quote, hostile.receipt, '0x1234')
      const paying = settlementOf(honest.quote, honest.receipt, acceptance)
      if (name !== 'the right word and many bytes') {
        await expect(orders.settle.staticCall([paying, jamming], { gasLimit: GAS }), name).rejects.toThrow()
      }
      await orders.settle([paying])
      await chain.wait(WINDOW + 1n)
      await orders.settle([paying, jamming])
      expect(receiptHashOf(hostile.receipt)).toBe(jamming.deliveryHash)
      expect((await orders.statusOf(orderIdOf(hostile.quote.deal)))[0]).toBe(STATUS.SETTLED)
    }
  })

  it('as a buyer that accepts everything loses nobody’s window but its own', async () => {
    const hostile = await fulfilled(world, VERDICT.OK, { deal: { buyer: other.address } })
    const honest = await fulfilled(world)
    await becomes(other, `0x${MAGIC}`)
    await orders.settle([settlementOf(hostile.quote, hostile.receipt, '0x00')])
    await expectRevert(orders.settle([settlementOf(honest.quote, honest.receipt, '0x00')]), 'Orders_BadAcceptance')
  })

  it('as a signer can sign away no more than its own quotes', async () => {
    await becomes(signer, `0x${MAGIC}`)
    const quote = await quoteFor(world, KIND.ACCESS, { deal: { price: 1n } })
    await expectRevert(by(buyer, orders).place({ ...quote, signature: '0x' }, FROM_VAULT), 'Orders_DealMismatch')
    for (const code of Object.values(ANSWERS).slice(0, 4)) {
      await becomes(signer, code)
      const wrong = { ...(await quoteFor(world, KIND.ACCESS)), signature: '0x12' }
      await expect(by(buyer, orders).place.staticCall(wrong, FROM_VAULT, { gasLimit: GAS })).rejects.toThrow()
    }
  })

  it('cannot make an account without code sign', async () => {
    const quote = await quoteFor(world, KIND.ACCESS)
    for (const signature of ['0x', '0x00', `0x${'00'.repeat(65)}`, `0x${'ff'.repeat(65)}`, `0x${'00'.repeat(64)}`]) {
      await expectRevert(by(buyer, orders).place({ ...quote, signature }, FROM_VAULT), 'Orders_BadQuote')
    }
  })
})
