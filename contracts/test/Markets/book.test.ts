import { describe, expect, it } from 'vitest'
import { loadFixture, now } from '../support/chain.ts'
import { CONFIG, NEVER, UNIT } from '../support/defaults.ts'
import { deployMarket } from '../support/deploy.ts'
import { eventsOf, revertOf } from '../support/outcome.ts'
import { FROM_VAULT } from '../support/payment.ts'

/** Orders pays into the account of Markets before it books. */
async function deployPaidIn() {
  const fixture = await deployMarket()
  const { vault, token, orders, markets } = fixture
  await vault.connect(orders).transfer(markets, BigInt(await token.getAddress()), 1_000n * UNIT)
  return { ...fixture, asOrders: markets.connect(orders) }
}

/** A tribute of at least 1,000 units waits as bounty. */
async function deployWithBounty() {
  const fixture = await deployMarket()
  const { markets, market, patron, orders } = fixture
  await markets.connect(patron).fund(market, 100_000n * UNIT, 0n, NEVER, FROM_VAULT)
  const { bounty } = await markets.reserveOf(market)
  return { ...fixture, asOrders: markets.connect(orders), bounty: bounty as bigint }
}

describe('Markets.book', () => {
  it('raises and lowers what is pending', async () => {
    const { markets, market, asOrders } = await loadFixture(deployPaidIn)
    await asOrders.book(market, 300n * UNIT, 0n, 0n)
    expect((await markets.reserveOf(market)).pending).toBe(300n * UNIT)
    await asOrders.book(market, 50n * UNIT, 100n * UNIT, 0n)
    expect((await markets.reserveOf(market)).pending).toBe(250n * UNIT)
  })

  it('turns what was pending into revenue', async () => {
    const { markets, market, asOrders } = await loadFixture(deployPaidIn)
    await asOrders.book(market, 300n * UNIT, 0n, 0n)
    const events = await eventsOf(asOrders.book(market, 0n, 300n * UNIT, 230n * UNIT), markets)
    const dripEnd = BigInt(await now()) + CONFIG.dripSeconds
    expect(events).toEqual([{ name: 'RevenueAdded', args: [market, 230n * UNIT, dripEnd] }])
    const { locked, pending } = await markets.reserveOf(market)
    expect({ locked, pending }).toEqual({ locked: 230n * UNIT, pending: 0n })
  })

  it('says nothing of what is pending, which the events of the orders tell', async () => {
    const { markets, market, asOrders } = await loadFixture(deployPaidIn)
    expect(await eventsOf(asOrders.book(market, 7n, 3n, 0n), markets)).toEqual([])
  })

  it('refuses everybody but Orders', async () => {
    const { markets, market, admin, whale } = await loadFixture(deployPaidIn)
    for (const caller of [admin, whale]) {
      expect(await revertOf(markets.connect(caller).book(market, 1n, 0n, 0n))).toEqual({
        name: 'Markets_NotOrders',
        args: [caller.address],
      })
    }
  })
})

describe('Markets.reward', () => {
  it('pays what is asked from the bounty', async () => {
    const { token, vault, markets, market, asOrders, bounty, maker } = await loadFixture(deployWithBounty)
    const events = await eventsOf(asOrders.reward(market, maker.address, 2n * UNIT), markets)
    expect(events).toEqual([{ name: 'Rewarded', args: [market, maker.address, 2n * UNIT] }])
    expect((await markets.reserveOf(market)).bounty).toBe(bounty - 2n * UNIT)
    expect(await vault.balanceOf(maker.address, BigInt(await token.getAddress()))).toBe(2n * UNIT)
  })

  it('pays at most a hundredth of the bounty', async () => {
    const { market, asOrders, bounty, maker } = await loadFixture(deployWithBounty)
    expect(await asOrders.reward.staticCall(market, maker.address, bounty)).toBe(bounty / 100n)
  })

  it('pays nothing, quietly, when the bounty is empty', async () => {
    const { markets, market, orders, maker } = await loadFixture(deployMarket)
    const events = await eventsOf(markets.connect(orders).reward(market, maker.address, UNIT), markets)
    expect(events).toEqual([])
  })

  it('refuses everybody but Orders', async () => {
    const { markets, market, maker } = await loadFixture(deployWithBounty)
    expect(await revertOf(markets.connect(maker).reward(market, maker.address, 1n))).toEqual({
      name: 'Markets_NotOrders',
      args: [maker.address],
    })
  })
})
