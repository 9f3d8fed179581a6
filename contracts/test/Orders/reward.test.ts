import { id } from 'ethers'
import { beforeEach, describe, expect, it } from 'vitest'
import { by } from '../trade/contracts.ts'
import { fulfilled, goodsHashOf, placed, settlementOf } from '../trade/quotes.ts'
import { ACCESS_PRICE, BPS, CONFIG, KIND, VERDICT } from '../trade/terms.ts'
import { createMarket, openWorld, publish, vaultBalance } from '../trade/world.ts'

const world = await openWorld()
const { maker, orders, signer } = world

const toMaker = (ACCESS_PRICE * CONFIG.makerBps) / BPS
const toOperator = (ACCESS_PRICE * CONFIG.operatorBps) / BPS
const toCurators = (ACCESS_PRICE * CONFIG.curatorsBps) / BPS
const toReserve = ACCESS_PRICE - toMaker - toOperator - toCurators

/** Delivers one access order; returns what the maker got beyond the maker's part. */
async function rewardOfSale(n: bigint, deal: object = {}): Promise<bigint> {
  const before = await vaultBalance(world, maker)
  const quote = await placed(world, KIND.ACCESS, { deal: { n, ...deal } })
  await by(signer, orders).deliver(quote.deal, goodsHashOf(quote.goods))
  return (await vaultBalance(world, maker)) - before - toMaker
}

describe('the listing reward', () => {
  beforeEach(() => world.reset())

  it('is half of what each sale brings to the reserve, until listReward is used up', async () => {
    const half = toReserve / 2n
    expect(await rewardOfSale(1n)).toBe(half)
    expect(await rewardOfSale(2n)).toBe(CONFIG.listReward - half)
    expect(await rewardOfSale(3n)).toBe(0n)
    expect((await orders.accrualOf(world.listing))[1]).toBe(CONFIG.listReward)
  })

  it('never exceeds half of what the reserve got: trading with oneself pays only above half of the shares', async () => {
    let rewards = 0n
    for (let n = 1n; n <= 4n; n += 1n) rewards += await rewardOfSale(n)
    const { unlocked, locked } = await world.markets.reserveOf(world.market)
    expect(rewards).toBe(CONFIG.listReward)
    expect(2n * rewards).toBeLessThanOrEqual(4n * toReserve)
    expect(unlocked + locked).toBeGreaterThan(4n * toReserve)
  })

  it('is at most a hundredth of the bounty, and what was not paid stays to be earned', async () => {
    const market = await createMarket(world, 'poor', { ...CONFIG, spreadBps: 0n }, 5_000_000_000n)
    const { bounty } = await world.markets.reserveOf(market)
    const listing = await publish(world, { market, salt: id('poor') })
    await world.chain.wait(CONFIG.activationSeconds)
    const first = bounty / 100n
    expect(first).toBeLessThan(toReserve / 2n)
    expect(await rewardOfSale(1n, { listing, market })).toBe(first)
    const second = (bounty - first) / 100n
    expect(await rewardOfSale(2n, { listing, market })).toBe(second)
    expect((await orders.accrualOf(listing))[1]).toBe(first + second)
  })

  it.each([
    ['curators', { curatorsBps: 0n }, 0n, (ACCESS_PRICE - toMaker - toOperator) / 2n],
    ['the reserve', { operatorBps: BPS - CONFIG.makerBps - CONFIG.curatorsBps }, toCurators, 0n],
  ] as const)('is earned, and so is the part of curators, where %s get nothing', async (_, split, curators, reward) => {
    const market = await createMarket(world, 'lopsided', { ...CONFIG, ...split }, 400_000_000_000n)
    const listing = await publish(world, { market, salt: id('lopsided') })
    await world.chain.wait(CONFIG.activationSeconds)
    expect(await rewardOfSale(1n, { listing, market, ...split })).toBe(reward)
    expect((await orders.accrualOf(listing))[0]).toBe(curators)
  })

  it('is counted once per listing of a batch', async () => {
    const runs = [await fulfilled(world, VERDICT.REVIEW), await fulfilled(world, VERDICT.REVIEW, { deal: { n: 2n } })]
    await world.chain.wait(CONFIG.disputeWindowSeconds + 1n)
    await orders.settle(runs.map(({ quote, receipt }) => settlementOf(quote, receipt)))
    expect(await orders.queryFilter('OrderSettled')).toHaveLength(2)
    expect(await world.markets.queryFilter('Rewarded')).toHaveLength(1)
  })

  it('follows the config under which the listing was published, not the one of now', async () => {
    await by(world.patron, world.markets).setConfig(world.market, { ...CONFIG, listReward: 5n })
    await world.chain.wait(8n * 86_400n)
    expect(await rewardOfSale(1n)).toBe(toReserve / 2n)
    const young = await publish(world, { salt: id('young') })
    await world.chain.wait(CONFIG.activationSeconds)
    expect(await rewardOfSale(1n, { listing: young })).toBe(5n)
  })
})
