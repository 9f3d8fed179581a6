import { id } from 'ethers'
import { beforeEach, describe, expect, it } from 'vitest'
import { by } from '../trade/contracts.ts'
import { goodsHashOf, placed } from '../trade/quotes.ts'
import { ACCESS_PRICE, BPS, CONFIG, KIND } from '../trade/terms.ts'
import { DEPOSITED, openWorld, totalInVault, vaultBalance } from '../trade/world.ts'

const world = await openWorld()
const { orders, signer, stranger } = world
const toCurators = (ACCESS_PRICE * CONFIG.curatorsBps) / BPS

async function sell(n: bigint): Promise<void> {
  const quote = await placed(world, KIND.ACCESS, { deal: { n } })
  await by(signer, orders).deliver(quote.deal, goodsHashOf(quote.goods))
}

describe('Orders.flush', () => {
  beforeEach(() => world.reset())

  it('books what waits as the market’s revenue, whoever calls, and pending is zero again', async () => {
    await sell(1n)
    await sell(2n)
    const [, rewarded] = await orders.accrualOf(world.listing)
    const before = await world.markets.reserveOf(world.market)
    await by(stranger, orders).flush(world.listing)
    const after = await world.markets.reserveOf(world.market)
    const inMarket = (reserve: { unlocked: bigint; locked: bigint }): bigint => reserve.unlocked + reserve.locked
    expect(inMarket(after) - inMarket(before)).toBe(2n * toCurators)
    expect(after.pending).toBe(0n)
    expect(await vaultBalance(world, String(orders.target))).toBe(0n)
    expect(await orders.accrualOf(world.listing)).toEqual([0n, rewarded])
    const [event] = await orders.queryFilter('Flushed')
    const args = orders.interface.parseLog(event as never)?.args.toArray()
    expect(args).toEqual([world.listing, world.market, 2n * toCurators])
    expect(await totalInVault(world)).toBe(DEPOSITED)
  })

  it('does nothing where nothing waits', async () => {
    expect(await by(stranger, orders).flush.staticCall(id('nothing'))).toBe(0n)
    await by(stranger, orders).flush(world.listing)
    expect(await orders.queryFilter('Flushed')).toEqual([])
    await sell(1n)
    expect(await by(stranger, orders).flush.staticCall(world.listing)).toBe(toCurators)
    await by(stranger, orders).flush(world.listing)
    expect(await by(stranger, orders).flush.staticCall(world.listing)).toBe(0n)
  })

  it('goes on after an exit', async () => {
    await sell(1n)
    await by(world.maker, world.listings).exit(world.listing)
    await world.chain.wait(CONFIG.exitDelaySeconds + 1n)
    await by(world.maker, world.listings).returnBond(world.listing)
    await by(stranger, orders).flush(world.listing)
    expect((await world.markets.reserveOf(world.market)).pending).toBe(0n)
  })
})
