import { describe, expect, it } from 'vitest'
import { ethers, loadFixture, now, setNextTimestamp } from '../support/chain.ts'
import { CONFIG, DAY, SEED, UNIT } from '../support/defaults.ts'
import { deployMarket, deposit } from '../support/deploy.ts'
import { eventsOf, revertOf } from '../support/outcome.ts'
import { FROM_VAULT } from '../support/payment.ts'

const REVENUE = 700n * UNIT
const DRIP = Number(CONFIG.dripSeconds)

async function deployDripping() {
  const fixture = await deployMarket()
  await fixture.markets.connect(fixture.whale).addRevenue(fixture.market, REVENUE, FROM_VAULT)
  return { ...fixture, start: await now() }
}

describe('Markets.addRevenue', () => {
  it('locks the money, taken from anyone, until it has dripped', async () => {
    const { markets, market, patron } = await loadFixture(deployMarket)
    const added = markets.connect(patron).addRevenue(market, REVENUE, FROM_VAULT)
    const [event] = await eventsOf(added, markets)
    const dripEnd = BigInt((await now()) + DRIP)
    expect(event).toEqual({ name: 'RevenueAdded', args: [market, REVENUE, dripEnd] })
    const reserve = await markets.reserveOf(market)
    expect([reserve.unlocked, reserve.locked, reserve.dripEnd]).toEqual([SEED, REVENUE, dripEnd])
  })

  it('drips linearly, rounded down, and all of it', async () => {
    const { markets, market, start } = await loadFixture(deployDripping)
    for (const elapsed of [1, DAY, DRIP - 1, DRIP, DRIP + DAY]) {
      const released = elapsed >= DRIP ? REVENUE : (REVENUE * BigInt(elapsed)) / BigInt(DRIP)
      const reserve = await markets.reserveOf.staticCall(market, { blockTag: await blockAt(start + elapsed) })
      expect([reserve.unlocked, reserve.locked]).toEqual([SEED + released, REVENUE - released])
    }
  })

  it('drips the same, but for rounding, however often it is accrued', async () => {
    const { markets, market, start } = await loadFixture(deployDripping)
    for (let elapsed = 1; elapsed <= 40; elapsed++) {
      await setNextTimestamp(start + elapsed * 1_000)
      await markets.accrue(market)
    }
    const { unlocked, locked } = await markets.reserveOf(market)
    const straight = (REVENUE * 40_000n) / BigInt(DRIP)
    expect(unlocked + locked).toBe(SEED + REVENUE)
    expect(straight - (unlocked - SEED)).toBeGreaterThanOrEqual(0n)
    expect(straight - (unlocked - SEED)).toBeLessThan(40n)
  })

  it('moves the end to the mean weighted by amount', async () => {
    const { markets, market, whale, start } = await loadFixture(deployDripping)
    const at = start + 3 * DAY
    await setNextTimestamp(at)
    await markets.connect(whale).addRevenue(market, 100n * UNIT, FROM_VAULT)
    const locked = REVENUE - (REVENUE * 3n) / 7n
    const left = (locked * BigInt(4 * DAY) + 100n * UNIT * BigInt(DRIP)) / (locked + 100n * UNIT)
    const reserve = await markets.reserveOf(market)
    expect(reserve.locked).toBe(locked + 100n * UNIT)
    expect(reserve.dripEnd).toBe(BigInt(at) + left)
  })

  it('cannot be stretched by dust', async () => {
    const { markets, market, whale } = await loadFixture(deployDripping)
    const { dripEnd } = await markets.reserveOf(market)
    for (let call = 0; call < 10; call++) await markets.connect(whale).addRevenue(market, 1n, FROM_VAULT)
    expect((await markets.reserveOf(market)).dripEnd).toBeLessThanOrEqual(dripEnd)
  })

  it('starts afresh once all has dripped', async () => {
    const { markets, market, whale, start } = await loadFixture(deployDripping)
    const at = start + DRIP + 5 * DAY
    await setNextTimestamp(at)
    await markets.connect(whale).addRevenue(market, UNIT, FROM_VAULT)
    const reserve = await markets.reserveOf(market)
    expect(reserve.unlocked).toBe(SEED + REVENUE)
    expect(reserve.locked).toBe(UNIT)
    expect(reserve.dripEnd).toBe(BigInt(at + DRIP))
  })

  it('takes the largest amount there is', async () => {
    const { base, markets, market, whale } = await loadFixture(deployMarket)
    const most = 2n ** 112n - 1n
    await deposit(base, whale, most)
    await markets.connect(whale).addRevenue(market, most, FROM_VAULT)
    expect((await markets.reserveOf(market)).locked).toBe(most)
  })

  it('refuses nothing, too much, and an unknown market', async () => {
    const { markets, market, whale } = await loadFixture(deployMarket)
    const asWhale = markets.connect(whale)
    expect((await revertOf(asWhale.addRevenue(market, 0n, FROM_VAULT))).name).toBe('Markets_BadAmount')
    expect((await revertOf(asWhale.addRevenue(market, 2n ** 112n, FROM_VAULT))).name).toBe('Markets_BadAmount')
    expect((await revertOf(asWhale.addRevenue(ethers.id('?'), 1n, FROM_VAULT))).name).toBe('Markets_Unknown')
  })
})

/** Mines an empty block at `timestamp` and returns its number. */
async function blockAt(timestamp: number): Promise<number> {
  await setNextTimestamp(timestamp)
  await ethers.provider.send('evm_mine', [])
  return ethers.provider.getBlockNumber()
}
