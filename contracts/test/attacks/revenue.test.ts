import { beforeEach, describe, expect, it } from 'vitest'
import { by } from '../trade/contracts.ts'
import { fulfilled, goodsHashOf, placed, refundOf, settlementOf } from '../trade/quotes.ts'
import { BPS, CONFIG, DAY, HOUR, KIND, VERDICT } from '../trade/terms.ts'
import { openWorld, publish, vaultBalance } from '../trade/world.ts'
import { fund, profitOf, redeem, saltOf } from './support/markets.ts'

const world = await openWorld()
const { listings, maker, markets, orders, other, patron, payout, signer, stranger } = world
const BIG_PRICE = 100_000_000_000n
const UNITS = 1_000_000n

async function deliver(quote: Awaited<ReturnType<typeof placed>>) {
  await by(signer, orders).deliver(quote.deal, goodsHashOf(quote.goods))
}

async function shareOf() {
  const { share } = await markets.getFunction('identityOf')(world.market)
  return world.chain.ethers.getContractAt('Share', share)
}

async function sellAt(price: bigint, n: bigint) {
  await by(maker, listings).setPrices(world.listing, { access: price, compute: price })
  return placed(world, KIND.ACCESS, { deal: { price, n } })
}

describe('an attacker of revenue', () => {
  beforeEach(() => world.reset())

  it('gains nothing by buying once an order is placed and waiting until its revenue has dripped', async () => {
    for (const amount of [1n, UNITS, 1_000n * UNITS, 30_000n * UNITS, 400_000n * UNITS]) {
      for (const parts of [1n, 9n]) {
        if (amount < parts) continue
        await world.reset()
        const profit = await profitOf(world, [other], async () => {
          const quote = await sellAt(BIG_PRICE, 1n)
          const shares = await fund(world, other, amount, parts)
          await deliver(quote)
          await world.signals.flush(world.listing)
          await world.chain.wait(8n * DAY)
          await redeem(world, other, shares)
        })
        expect(profit, `${amount} in ${parts}`).toBeLessThanOrEqual(0n)
      }
    }
  })

  it('gains nothing by buying between settlement and flush, nor between settlement and the end of the drip', async () => {
    for (const when of ['placed', 'settled', 'flushed']) {
      await world.reset()
      const profit = await profitOf(world, [other], async () => {
        let shares = 0n
        const buyAt = async (moment: string) => {
          if (moment === when) shares = await fund(world, other, 50_000n * UNITS, 3n)
        }
        const quote = await sellAt(BIG_PRICE, 1n)
        await buyAt('placed')
        await deliver(quote)
        await buyAt('settled')
        await world.signals.flush(world.listing)
        await buyAt('flushed')
        await world.chain.wait(8n * DAY)
        await redeem(world, other, shares)
      })
      expect(profit, when).toBeLessThanOrEqual(0n)
    }
  })

  it('gains nothing from runs that fail or are refunded after the purchase', async () => {
    for (const ending of ['failed', 'refunded']) {
      await world.reset()
      const profit = await profitOf(world, [other], async () => {
        const price = BIG_PRICE
        await by(maker, listings).setPrices(world.listing, { access: price, compute: price })
        const placing = () => placed(world, KIND.COMPUTE, { deal: { price } })
        const sale =
          ending === 'failed'
            ? await fulfilled(world, VERDICT.ALGO_ERROR, { deal: { price } })
            : { quote: await placing() }
        const shares = await fund(world, other, 50_000n * UNITS, 2n)
        await world.chain.wait(2n * DAY)
        if ('receipt' in sale) await orders.settle([settlementOf(sale.quote, sale.receipt)])
        else await orders.refund([refundOf(sale.quote)])
        await world.chain.wait(8n * DAY)
        await redeem(world, other, shares)
      })
      expect(profit, ending).toBeLessThanOrEqual(0n)
    }
  })

  it('costs patrons nothing of a sale that is coming by buying in before it settles', async () => {
    const worth: bigint[] = []
    for (const amount of [0n, 50_000n * UNITS]) {
      await world.reset()
      const held = await (await shareOf()).getFunction('balanceOf')(patron.address)
      const quote = await sellAt(BIG_PRICE, 1n)
      if (amount !== 0n) await fund(world, other, amount)
      await deliver(quote)
      await world.signals.flush(world.listing)
      await world.chain.wait(8n * DAY)
      worth.push(await profitOf(world, [patron], () => redeem(world, patron, held)))
    }
    const [alone = 0n, diluted = 0n] = worth
    expect(diluted).toBeGreaterThanOrEqual(alone - 1n)
  })

  it('who orders from themselves to hinder patrons gets back no more than the price, and the ask falls back', async () => {
    const [before] = await markets.getFunction('quoteFund')(world.market, UNITS)
    const profit = await profitOf(world, [world.buyer, maker, payout], async () => {
      const quote = await sellAt(BIG_PRICE, 1n)
      const [during] = await markets.getFunction('quoteFund')(world.market, UNITS)
      expect(during).toBeLessThan(before)
      await world.chain.wait(3n * HOUR)
      await orders.refund([refundOf(quote)])
    })
    expect(profit).toBe(0n)
    expect((await markets.getFunction('quoteFund')(world.market, UNITS))[0]).toBe(before)
  })
})

describe('an attacker who trades with themselves for the listing reward', () => {
  beforeEach(() => world.reset())

  /** Sells to themselves, for less than would earn the whole reward: maker, buyer and datatrust's payout are one. */
  async function washTrade(): Promise<void> {
    await deliver(await placed(world, KIND.ACCESS))
    await world.signals.flush(world.listing)
  }

  /** What washing adds for somebody who holds `shares` anyway and sells them after the drip. */
  async function gainOfWashing(holder: typeof other, shares: bigint): Promise<{ gain: bigint; toReserve: bigint }> {
    const parties = [maker, world.buyer, payout, holder]
    const back = await world.chain.remember()
    const idle = await profitOf(world, parties, async () => {
      await world.chain.wait(8n * DAY)
      await redeem(world, holder, shares)
    })
    await back()
    const locked: bigint = (await markets.reserveOf(world.market)).locked
    let toReserve = 0n
    const washing = await profitOf(world, parties, async () => {
      await washTrade()
      const now: bigint = (await markets.reserveOf(world.market)).locked
      toReserve = now - locked
      await world.chain.wait(8n * DAY)
      await redeem(world, holder, shares)
    })
    return { gain: washing - idle, toReserve }
  }

  it('loses without shares', async () => {
    const { gain } = await gainOfWashing(other, await fund(world, other, UNITS))
    expect(gain).toBeLessThan(0n)
  })

  it('loses with nearly half of the shares', async () => {
    const { supply } = await markets.reserveOf(world.market)
    const shares = await fund(world, other, 19_500n * UNITS)
    expect((shares * 100n) / (supply + shares)).toBeGreaterThanOrEqual(47n)
    expect(shares * 2n).toBeLessThan(supply + shares)
    const { gain } = await gainOfWashing(other, shares)
    expect(gain).toBeLessThan(0n)
  })

  it('wins with more than half no more than h - 1/2 of what the reserve got', async () => {
    const { supply } = await markets.reserveOf(world.market)
    const share = await shareOf()
    const shares: bigint = await share.getFunction('balanceOf')(patron.address)
    const { gain, toReserve } = await gainOfWashing(patron, shares)
    expect(gain).toBeLessThanOrEqual((toReserve * shares) / supply - toReserve / 2n)
  })

  it('earns at most the listing’s reward, however the sales are cut into batches', async () => {
    const before = await vaultBalance(world, maker)
    const price = 1_000n * UNITS
    for (let n = 1n; n <= 3n; n++) await deliver(await sellAt(price, n))
    const earned = (await vaultBalance(world, maker)) - before
    expect(earned - (3n * price * CONFIG.makerBps) / BPS).toBe(CONFIG.listReward)
  })

  it('cannot drain the bounty with many listings: each reward is at most a hundredth of what is left', async () => {
    let bounty: bigint = (await markets.reserveOf(world.market)).bounty
    for (let i = 0n; i < 5n; i++) {
      const listing = await publish(world, { salt: saltOf(`listing ${i}`), access: 1_000n * UNITS })
      await world.chain.wait(CONFIG.activationSeconds)
      await deliver(await placed(world, KIND.ACCESS, { deal: { listing, price: 1_000n * UNITS } }))
      const left: bigint = (await markets.reserveOf(world.market)).bounty
      expect(bounty - left).toBeLessThanOrEqual(bounty / 100n)
      expect(bounty - left).toBeLessThanOrEqual(CONFIG.listReward)
      bounty = left
    }
  })

  it('can take the bounty of a market that its patrons have left, at the cost of nobody’s shares', async () => {
    const share = await shareOf()
    const held: bigint = await share.getFunction('balanceOf')(patron.address)
    const kept = 50n * 10n ** 18n
    await redeem(world, patron, held - kept)
    const worth: bigint = await markets.getFunction('quoteRedeem')(world.market, kept)
    const shares = await fund(world, other, 2_000n * UNITS)
    const { bounty } = await markets.reserveOf(world.market)
    const rounds = 20n
    const price = 20n * UNITS
    const listed: string[] = []
    for (let i = 0n; i < rounds; i++) listed.push(await publish(world, { salt: saltOf(`farm ${i}`), access: price }))
    await world.chain.wait(CONFIG.activationSeconds)
    const profit = await profitOf(world, [maker, world.buyer, payout], async () => {
      for (const listing of listed) await deliver(await placed(world, KIND.ACCESS, { deal: { listing, price } }))
    })
    const toReserve = (rounds * price * (BPS - CONFIG.makerBps - CONFIG.operatorBps)) / BPS
    expect(profit).toBe(rounds * CONFIG.listReward - toReserve)
    expect((await markets.reserveOf(world.market)).bounty).toBe(bounty - rounds * CONFIG.listReward)
    for (const listing of listed) await world.signals.flush(listing)
    await world.chain.wait(8n * DAY)
    expect(await markets.getFunction('quoteRedeem')(world.market, kept)).toBeGreaterThan(worth)
    expect(await profitOf(world, [other], () => redeem(world, other, shares))).toBeGreaterThan(0n)
  })

  it('who knows of a sale first gets a rebate as a patron, never more than the reserve’s part', async () => {
    const toReserve = BIG_PRICE - (BIG_PRICE * (CONFIG.makerBps + CONFIG.operatorBps)) / BPS
    for (const amount of [1_000n * UNITS, 20_000n * UNITS, 100_000n * UNITS]) {
      await world.reset()
      const entry = await profitOf(world, [stranger], async () => {
        await redeem(world, stranger, await fund(world, stranger, amount))
      })
      await world.reset()
      const profit = await profitOf(world, [stranger], async () => {
        const shares = await fund(world, stranger, amount)
        await deliver(await sellAt(BIG_PRICE, 1n))
        await world.signals.flush(world.listing)
        await world.chain.wait(8n * DAY)
        await redeem(world, stranger, shares)
      })
      const days = CONFIG.dripSeconds / DAY
      console.log(`${amount} before a sale that brings ${toReserve}: ${profit}; spread ${entry}, drip ${days} days`)
      expect(profit).toBeLessThan(toReserve)
      // Whoever knew of nothing has paid the spread, and waited for the drip.
      expect(entry).toBeLessThan(0n)
    }
  })
})
