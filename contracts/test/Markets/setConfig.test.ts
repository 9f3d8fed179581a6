import { describe, expect, it } from 'vitest'
import { ethers, loadFixture, now, passSeconds, setNextTimestamp } from '../support/chain.ts'
import { CONFIG, type Config, DAY, UNIT } from '../support/defaults.ts'
import { createMarket, deployMarket } from '../support/deploy.ts'
import { eventsOf, revertOf } from '../support/outcome.ts'

const CHANGED: Config = { ...CONFIG, spreadBps: 700n, minBond: 5n * UNIT }

async function deployScheduled() {
  const fixture = await deployMarket()
  const asAdmin = fixture.markets.connect(fixture.admin)
  await asAdmin.setConfig(fixture.market, CHANGED)
  return { ...fixture, asAdmin, effectiveAt: (await now()) + 7 * DAY }
}

describe('Markets.setConfig', () => {
  it('schedules the next version after the timelock', async () => {
    const { markets, market, admin } = await loadFixture(deployMarket)
    const [event] = await eventsOf(markets.connect(admin).setConfig(market, CHANGED), markets)
    const effectiveAt = BigInt((await now()) + 7 * DAY)
    expect(event).toEqual({ name: 'ConfigScheduled', args: [market, 2n, effectiveAt, Object.values(CHANGED)] })
    const [config, since] = await markets.configAt(market, 2n)
    expect([config.toObject(), since]).toEqual([CHANGED, effectiveAt])
  })

  it('binds from its second on, and not before', async () => {
    const { markets, market, effectiveAt } = await loadFixture(deployScheduled)
    await passSeconds(effectiveAt - 1 - (await now()))
    expect((await markets.configOf(market)).version).toBe(1n)
    await passSeconds(1)
    const { config, version } = await markets.configOf(market)
    expect([config.toObject(), version]).toEqual([CHANGED, 2n])
    expect((await markets.configAt(market, 1n)).config.toObject()).toEqual(CONFIG)
  })

  it('replaces a config that is not in force yet, and waits again', async () => {
    const { markets, market, asAdmin, effectiveAt } = await loadFixture(deployScheduled)
    await setNextTimestamp(effectiveAt - 1)
    await asAdmin.setConfig(market, { ...CHANGED, spreadBps: 900n })
    await passSeconds(7 * DAY - 1)
    expect((await markets.configOf(market)).version).toBe(1n)
    await passSeconds(1)
    const { config, version } = await markets.configOf(market)
    expect([config.spreadBps, version]).toEqual([900n, 2n])
  })

  it.each([
    ['drip', { dripSeconds: BigInt(20 * DAY), timelockSeconds: 0n }, 20 * DAY],
    ['exit delay', { exitDelaySeconds: BigInt(12 * DAY), timelockSeconds: 0n }, 12 * DAY],
  ])('waits at least for the %s of the config in force', async (_, config, delay) => {
    const { base, markets, whale, admin } = await loadFixture(deployMarket)
    const params = { creator: whale, admin: admin.address, config, salt: ethers.id('slow') }
    const { market } = await createMarket(base, params)
    await markets.connect(admin).setConfig(market, CHANGED)
    const [, effectiveAt] = await markets.configAt(market, 2n)
    expect(effectiveAt).toBe(BigInt((await now()) + delay))
  })

  it('refuses everybody but the admin', async () => {
    const { markets, market, whale, orders } = await loadFixture(deployMarket)
    for (const caller of [whale, orders]) {
      expect(await revertOf(markets.connect(caller).setConfig(market, CHANGED))).toEqual({
        name: 'Markets_NotAdmin',
        args: [market, caller.address],
      })
    }
  })

  it('refuses everybody on a market without an admin', async () => {
    const { base, markets, whale, admin } = await loadFixture(deployMarket)
    const { market } = await createMarket(base, { creator: whale, salt: ethers.id('frozen') })
    const { name } = await revertOf(markets.connect(admin).setConfig(market, CHANGED))
    expect(name).toBe('Markets_NotAdmin')
  })

  it('keeps a new config inside the hard bounds', async () => {
    const { markets, market, admin } = await loadFixture(deployMarket)
    const call = markets.connect(admin).setConfig(market, { ...CHANGED, spreadBps: 5_001n })
    expect(await revertOf(call)).toEqual({
      name: 'Markets_ConfigOutOfBounds',
      args: [ethers.encodeBytes32String('spreadBps'), 5_001n, 0n, 5_000n],
    })
  })

  it('tells an unknown version', async () => {
    const { markets, market } = await loadFixture(deployMarket)
    for (const version of [0n, 2n]) {
      expect(await revertOf(markets.configAt(market, version))).toEqual({
        name: 'Markets_UnknownConfig',
        args: [market, version],
      })
    }
  })
})
