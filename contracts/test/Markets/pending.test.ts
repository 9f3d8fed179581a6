import { describe, expect, it } from 'vitest'
import { loadFixture, now, passSeconds } from '../support/chain.ts'
import { CONFIG, DAY, NEVER, UNIT } from '../support/defaults.ts'
import { deployMarket } from '../support/deploy.ts'
import { gasOf } from '../support/outcome.ts'
import { FROM_VAULT } from '../support/payment.ts'

const AMOUNT = 5_000n * UNIT
const SALE = 300n * UNIT

async function deployWithSale() {
  const fixture = await deployMarket()
  const { markets, market, orders, patron } = fixture
  const asOrders = markets.connect(orders)
  await asOrders.book(market, SALE, 0n, 0n)
  return { ...fixture, asOrders, asPatron: markets.connect(patron) }
}

describe('Markets.fund while a sale is pending', () => {
  it('charges for what is pending: revenue already earned cannot be bought into', async () => {
    const { markets, market, asOrders } = await loadFixture(deployWithSale)
    await asOrders.book(market, 0n, SALE, 0n)
    const { shares } = await markets.quoteFund(market, AMOUNT)
    await asOrders.book(market, 1_000n * UNIT, 0n, 0n)
    // NAV doubles by what is pending, hence so does the ask.
    const dearer = await markets.quoteFund(market, AMOUNT)
    expect(dearer.shares).toBe(shares / 2n)
  })

  it('leaves the others what the sale would have brought them', async () => {
    const { markets, market, asPatron } = await loadFixture(deployWithSale)
    const before = await markets.reserveOf(market)
    await asPatron.fund(market, AMOUNT, 0n, NEVER, FROM_VAULT)
    const after = await markets.reserveOf(market)
    const [had, has] = [before, after].map(({ unlocked, locked, pending }) => unlocked + locked + pending)
    expect(has * before.supply).toBeGreaterThanOrEqual(had * after.supply)
    // To the unit that each of two divisions rounds up.
    expect((has - 2n) * before.supply).toBeLessThan(had * after.supply)
  })

  it('locks what is paid for the sale over the whole drip', async () => {
    const { markets, market, asPatron } = await loadFixture(deployWithSale)
    const { pending, supply } = await markets.reserveOf(market)
    const { shares } = await markets.quoteFund(market, AMOUNT)
    await asPatron.fund(market, AMOUNT, 0n, NEVER, FROM_VAULT)
    const { locked, dripEnd } = await markets.reserveOf(market)
    expect(locked).toBe((shares * pending + supply - 1n) / supply)
    expect(dripEnd).toBe(BigInt(await now()) + CONFIG.dripSeconds)
  })

  it('does not count from the end of a drip that is over', async () => {
    const { markets, market, whale, asPatron } = await loadFixture(deployWithSale)
    await markets.connect(whale).addRevenue(market, UNIT, FROM_VAULT)
    await passSeconds(30 * DAY)
    const stale = await markets.reserveOf(market)
    expect(stale.locked).toBe(0n)
    expect(stale.dripEnd).toBeLessThan(BigInt(await now()))
    await asPatron.fund(market, AMOUNT, 0n, NEVER, FROM_VAULT)
    expect((await markets.reserveOf(market)).dripEnd).toBe(BigInt(await now()) + CONFIG.dripSeconds)
  })

  it('keeps the end of the drip once nothing is pending', async () => {
    const { markets, market, whale, asOrders, asPatron } = await loadFixture(deployWithSale)
    await asOrders.book(market, 0n, SALE, 0n)
    await markets.connect(whale).addRevenue(market, 700n * UNIT, FROM_VAULT)
    await passSeconds(DAY)
    const { locked, dripEnd } = await markets.reserveOf(market)
    await asPatron.fund(market, AMOUNT, 0n, NEVER, FROM_VAULT)
    const after = await markets.reserveOf(market)
    expect(after.locked).toBeGreaterThan(locked)
    expect(after.dripEnd).toBe(dripEnd)
  })

  // Under the probe of the coverage every figure is another one.
  it.skipIf(process.env.GRISTMILL_PROBE)('costs no more than 166,000 gas from the Vault either', async () => {
    const { markets, market, whale, asPatron } = await loadFixture(deployWithSale)
    await markets.connect(whale).addRevenue(market, 700n * UNIT, FROM_VAULT)
    await asPatron.fund(market, AMOUNT, 0n, NEVER, FROM_VAULT)
    const gas = await gasOf(asPatron.fund(market, AMOUNT, 0n, NEVER, FROM_VAULT))
    expect(gas).toBeLessThanOrEqual(166_000)
  })
})
