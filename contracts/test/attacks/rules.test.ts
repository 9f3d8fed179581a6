import { id, ZeroAddress } from 'ethers'
import { beforeEach, describe, expect, it } from 'vitest'
import { by } from '../trade/contracts.ts'
import { expectRevert } from '../trade/expect.ts'
import { fulfilled, goodsHashOf, placed, quoteFor, settlementOf } from '../trade/quotes.ts'
import { CONFIG, DAY, FROM_VAULT, HOUR, KIND, VERDICT } from '../trade/terms.ts'
import { createMarket, DEPOSITED, openWorld, publish, totalInVault, vaultBalance } from '../trade/world.ts'
import { fund, saltOf } from './support/markets.ts'

const world = await openWorld()
const { buyer, chain, datatrusts, listings, maker, markets, operator, orders, other, patron, signer, stranger } = world
const DELAY = 7n * DAY
const view = (name: string, ...args: unknown[]) => markets.getFunction(name)(...args)

async function schedule(changes: Partial<Record<keyof typeof CONFIG, bigint>>, market = world.market): Promise<bigint> {
  await by(patron, markets).setConfig(market, { ...CONFIG, ...changes })
  return (await chain.now()) + DELAY
}

describe('an admin who wants rules to change at once', () => {
  beforeEach(() => world.reset())

  it('cannot, by announcing a change without delay: the rules in force set the delay', async () => {
    const from = await schedule({ timelockSeconds: 0n, dripSeconds: HOUR, exitDelaySeconds: 0n })
    for (let i = 0; i < 3; i++)
      await schedule({ timelockSeconds: 0n, dripSeconds: HOUR, exitDelaySeconds: 0n, spreadBps: 5_000n })
    await chain.nextBlockAt(from - 1n)
    await by(stranger, markets).getFunction('accrue')(world.market)
    expect((await view('configOf', world.market)).version).toBe(1n)
  })

  it('waits anew with every replacement, and a replaced change never binds', async () => {
    await schedule({ spreadBps: 5_000n })
    await chain.wait(DELAY - HOUR)
    await schedule({ spreadBps: 100n })
    await chain.wait(2n * HOUR)
    const { config, version } = await view('configOf', world.market)
    expect([config.spreadBps, version]).toEqual([CONFIG.spreadBps, 1n])
    await chain.wait(DELAY)
    const later = await view('configOf', world.market)
    expect([later.config.spreadBps, later.version]).toEqual([100n, 2n])
  })

  it('must wait at least as long as the shortest drip, however short the timelock', async () => {
    await schedule({ timelockSeconds: 0n, dripSeconds: HOUR, exitDelaySeconds: 0n })
    await chain.wait(DELAY + 1n)
    const { effectiveAt } = await by(patron, markets).setConfig.staticCall(world.market, CONFIG)
    expect(effectiveAt).toBeGreaterThanOrEqual((await chain.now()) + HOUR)
  })

  it('cannot leave the hard bounds in any field', async () => {
    const outside: Partial<Record<keyof typeof CONFIG, bigint>>[] = [
      { spreadBps: 5_001n },
      { makerBps: 2_499n },
      { operatorBps: 5_001n },
      { curatorsBps: 1_001n },
      { makerBps: 9_301n },
      { failureBps: 3_001n },
      { dripSeconds: HOUR - 1n },
      { dripSeconds: 30n * DAY + 1n },
      { exitDelaySeconds: 30n * DAY + 1n },
      { activationSeconds: 30n * DAY + 1n },
      { disputeWindowSeconds: 13n * DAY + 1n },
      { timelockSeconds: 30n * DAY + 1n },
      { listReward: 100_000_001n },
      { dripSeconds: 2n ** 24n },
    ]
    for (const changes of outside) await expectRevert(schedule(changes), 'Markets_ConfigOutOfBounds')
  })

  it('is the only one who may, and nobody where there is no admin', async () => {
    await expectRevert(by(stranger, markets).setConfig(world.market, CONFIG), 'Markets_NotAdmin')
    const args = [
      id('frozen'),
      world.asset,
      world.curve,
      1_000_000n,
      10n ** 24n,
      ZeroAddress,
      CONFIG,
      2_000_000n,
      FROM_VAULT,
    ]
    const frozen = await by(patron, markets).create.staticCall(...args)
    await by(patron, markets).create(...args)
    await expectRevert(by(patron, markets).setConfig(frozen, CONFIG), 'Markets_NotAdmin')
  })

  it('touches no order placed before, and no money', async () => {
    const { quote, receipt } = await fulfilled(world, VERDICT.ALGO_ERROR)
    const before = await markets.reserveOf(world.market)
    await schedule({
      makerBps: 2_500n,
      operatorBps: 5_000n,
      failureBps: 3_000n,
      disputeWindowSeconds: 13n * DAY,
      spreadBps: 5_000n,
    })
    await chain.wait(DELAY + 1n)
    const makerBefore = await vaultBalance(world, maker)
    await orders.settle([settlementOf(quote, receipt)])
    const due = (quote.deal.price * CONFIG.failureBps) / 10_000n
    const reward = (await orders.accrualOf(world.listing)).rewarded
    expect((await vaultBalance(world, maker)) - makerBefore).toBe((due * CONFIG.makerBps) / 10_000n + reward)
    expect((await markets.reserveOf(world.market)).unlocked).toBe(before.unlocked)
    expect(await totalInVault(world)).toBe(DEPOSITED)
  })

  it('binds new orders at the second it is in force, and the quote of before is refused', async () => {
    const from = await schedule({ makerBps: 5_000n })
    await chain.wait(DELAY - 10n)
    const [old, fresh] = [
      await quoteFor(world, KIND.ACCESS),
      await quoteFor(world, KIND.ACCESS, { deal: { makerBps: 5_000n } }),
    ]
    await chain.nextBlockAt(from - 1n)
    await expectRevert(by(buyer, orders).place(fresh, FROM_VAULT), 'Orders_DealMismatch')
    await chain.nextBlockAt(from)
    await expectRevert(by(buyer, orders).place(old, FROM_VAULT), 'Orders_DealMismatch')
    await by(buyer, orders).place(fresh, FROM_VAULT)
  })
})

describe('a maker who wants the bond back', () => {
  beforeEach(() => world.reset())

  it('gets it once, strictly after the exit', async () => {
    await expectRevert(listings.returnBond(world.listing), 'Listings_BondHeld')
    await by(maker, listings).exit(world.listing)
    await expectRevert(by(maker, listings).exit(world.listing), 'Listings_Exiting')
    const exitAt = (await listings.get(world.listing)).exitAt
    await chain.nextBlockAt(exitAt)
    await expectRevert(listings.returnBond(world.listing), 'Listings_BondHeld')
    const before = await vaultBalance(world, maker)
    await chain.nextBlockAt(exitAt + 1n)
    await by(stranger, listings).returnBond(world.listing)
    expect((await vaultBalance(world, maker)) - before).toBe(CONFIG.listingBond)
    await expectRevert(listings.returnBond(world.listing), 'Listings_BondHeld')
    await expectRevert(by(maker, listings).exit(world.listing), 'Listings_Exiting')
  })

  it('gets what was paid, whatever the bond is now or was announced to be', async () => {
    const held = await vaultBalance(world, String(listings.target))
    await schedule({ listingBond: 1_000_000_000n })
    const early = await publish(world, { salt: saltOf('under the old rules') })
    await chain.wait(DELAY + 1n)
    const late = await publish(world, { salt: saltOf('under the new rules') })
    await schedule({ listingBond: 0n, exitDelaySeconds: 0n })
    await chain.wait(DELAY + 1n)
    const free = await publish(world, { salt: saltOf('under none') })
    for (const listing of [early, late, free]) await by(maker, listings).exit(listing)
    await chain.wait(1n)
    const before = await vaultBalance(world, maker)
    for (const listing of [early, late, free]) await listings.returnBond(listing)
    expect((await vaultBalance(world, maker)) - before).toBe(CONFIG.listingBond + 1_000_000_000n)
    expect(await vaultBalance(world, String(listings.target))).toBe(held)
  })

  it('sells nothing from the second of the exit on, and cannot come back under the same id', async () => {
    await by(maker, listings).exit(world.listing)
    const exitAt = (await listings.get(world.listing)).exitAt
    await chain.wait(3n * DAY - 10n)
    const [last, late] = [await quoteFor(world, KIND.ACCESS), await quoteFor(world, KIND.ACCESS, { deal: { n: 2n } })]
    await chain.nextBlockAt(exitAt - 1n)
    await by(buyer, orders).place(last, FROM_VAULT)
    await chain.nextBlockAt(exitAt)
    await expectRevert(by(buyer, orders).place(late, FROM_VAULT), 'Orders_ListingClosed')
    await expectRevert(publish(world), 'Listings_Exists')
    await by(signer, orders).deliver(last.deal, goodsHashOf(last.goods))
  })

  it('cannot exit, price or sell for somebody else', async () => {
    await expectRevert(by(other, listings).exit(world.listing), 'Listings_NotMaker')
    await expectRevert(by(other, listings).setPrices(world.listing, { access: 1n, compute: 1n }), 'Listings_NotMaker')
  })

  it('keeps the reward that the rules promised when the listing was published, never more', async () => {
    await schedule({ listReward: 50_000_000n })
    await chain.wait(DELAY + 1n)
    const price = 1_000_000_000n
    await by(maker, listings).setPrices(world.listing, { access: price, compute: price })
    const quote = await placed(world, KIND.ACCESS, { deal: { price } })
    await by(signer, orders).deliver(quote.deal, goodsHashOf(quote.goods))
    expect((await orders.accrualOf(world.listing)).rewarded).toBe(CONFIG.listReward)
  })
})

describe('an operator who wants the bond back early', () => {
  beforeEach(() => world.reset())

  const withdraw = () => by(operator, datatrusts).getFunction('withdrawBond')(1n, operator.address)

  it('waits 21 days, gets it once, and cannot shorten the wait in parts', async () => {
    await by(operator, datatrusts).unbond(1n, 1n)
    await chain.wait(20n * DAY)
    await by(operator, datatrusts).unbond(1n, CONFIG.minBond - 1n)
    await chain.wait(2n * DAY)
    await expectRevert(withdraw(), 'Datatrusts_Unbonding')
    await chain.wait(19n * DAY + 1n)
    const before = await vaultBalance(world, operator)
    await withdraw()
    expect((await vaultBalance(world, operator)) - before).toBe(CONFIG.minBond)
    await expectRevert(withdraw(), 'Datatrusts_Unbonding')
    await expectRevert(by(operator, datatrusts).unbond(1n, 1n), 'Datatrusts_BadAmount')
  })

  it('is not hindered by strangers who bond for them', async () => {
    await by(operator, datatrusts).unbond(1n, CONFIG.minBond)
    await chain.wait(21n * DAY + 1n)
    await by(stranger, datatrusts).bond(1n, 1n, FROM_VAULT)
    await withdraw()
  })

  it('cannot reach another’s bond', async () => {
    await by(other, datatrusts).register(other.address, other.address, world.asset, id('key'), 'https://b.example')
    for (const [name, ...args] of [
      ['unbond', 1n, 1n],
      ['withdrawBond', 1n, other.address],
      ['update', 1n, other.address, other.address, id('key'), 'https://b.example'],
    ] as const) {
      await expectRevert(by(other, datatrusts).getFunction(name)(...args), 'Datatrusts_NotOperator')
    }
    await expectRevert(by(other, datatrusts).unbond(2n, 1n), 'Datatrusts_BadAmount')
  })

  it('cannot answer for a market with a bond in another token', async () => {
    const junk = await chain.ethers.deployContract('TestToken')
    await by(operator, datatrusts).register(
      signer.address,
      world.payout.address,
      junk.target,
      id('key'),
      'https://b.example',
    )
    const market = await createMarket(world, 'no bond', { ...CONFIG, minBond: 0n })
    const listing = await publish(world, { market, datatrust: 2n, salt: saltOf('junk bond') })
    await chain.wait(CONFIG.activationSeconds)
    const quote = await quoteFor(world, KIND.ACCESS, { deal: { market, listing, datatrust: 2n } })
    await expectRevert(by(buyer, orders).place(quote, FROM_VAULT), 'Orders_BondTooLow')
    expect(await fund(world, other, 1_000_000n, 1n, market)).toBeGreaterThan(0n)
  })
})
