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
import { DEPOSITED, openWorld, totalInVault, vaultBalance } from '../trade/world.ts'

const world = await openWorld()
const { buyer, chain, datatrusts, listings, maker, markets, operator, orders, other, payout, signer } = world
const WINDOW = CONFIG.disputeWindowSeconds

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
      await world.signals.flush(world.listing)
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
    await world.signals.flush(world.listing)
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
    for (const quote of dear.slice(0, 4))
      await by(signer, orders).fulfil(quote.deal, goodsHashOf(quote.goods), receiptFor(quote))
    await chain.wait(WINDOW + 1n)
    await orders.settle(dear.slice(0, 4).map((quote) => settlementOf(quote, receiptFor(quote))))
    await orders.refund(dear.slice(4).map(refundOf))
    await world.signals.flush(world.listing)
    expect((await markets.reserveOf(world.market)).pending).toBe(0n)
    expect(await totalInVault(world)).toBe(DEPOSITED + 8n * price)
  })

  it('cannot name a window or a split of their own', async () => {
    const changes: Partial<Deal>[] = [
      { compensation: 1n },
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

  it('as a buyer can jam a batch only if the caller takes its acceptance in', async () => {
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
      await orders.settle([paying, { ...jamming, acceptance: '0x' }])
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
