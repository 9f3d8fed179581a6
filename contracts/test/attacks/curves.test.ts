import { describe, expect, it } from 'vitest'
import { deployContract, ethers, loadFixture } from '../support/chain.ts'
import { NEVER, SHARE, UNIT } from '../support/defaults.ts'
import { createMarket } from '../support/deploy.ts'
import { FROM_VAULT } from '../support/payment.ts'
import { deployStage, fund, isNavKept, profitOf, redeem, type Stage } from './support/patrons.ts'

/** Prices of a thousand units suit a lot of Computable's curve in a token of 6 decimals. */
const P0 = 1_000n * UNIT
const CURVES = [
  { name: 'LinearCurve', k: 1_000n * SHARE },
  { name: 'FlatCurve', k: SHARE },
  { name: 'RootCurve', k: SHARE },
  { name: 'ComputableCurve', k: 110n * SHARE },
]
const PENDING = [0n, 50_000n * UNIT]

/** The attacker's money before the patron's, from next to nothing to a thousand times the market. */
const STAKES = [UNIT, 30n * UNIT, 1_000n * UNIT, 30_000n * UNIT, 1_000_000n * UNIT, 30_000_000n * UNIT]
const VICTIMS = [2_000n * UNIT, 200_000n * UNIT, 10_000_000n * UNIT]

describe.each(CURVES)('an attacker of patrons on $name', ({ name, k }) => {
  const deployOnCurve = async () => {
    const stage = await deployStage()
    const { base, deployer, whale, patron, markets } = stage
    const curve = await deployContract(name, [], deployer)
    const { market, share } = await createMarket(base, {
      creator: whale,
      curve,
      salt: ethers.id(name),
      p0: P0,
      seed: 20n * P0,
      k,
    })
    await markets.connect(patron).fund(market, 10_000n * UNIT, 0n, NEVER, FROM_VAULT)
    return { ...stage, market, marketShare: share }
  }
  const stageWith = async (pending: bigint): Promise<Stage> => {
    const stage = await loadFixture(deployOnCurve)
    if (pending !== 0n) await stage.markets.connect(stage.orders).book(stage.market, pending, 0n, 0n)
    return stage
  }

  it.each(PENDING)('gains nothing by a sandwich while %s is pending, whatever the amounts', async (pending) => {
    let best: bigint | undefined
    for (const stake of STAKES) {
      for (const victim of VICTIMS) {
        const stage = await stageWith(pending)
        if ((await stage.markets.quoteFund(stage.market, stake))[0] === 0n) continue
        const before = await stage.markets.reserveOf(stage.market)
        const profit = await profitOf(stage, stage.attacker, async () => {
          const shares = await fund(stage, stage.attacker, stake)
          await fund(stage, stage.patron, victim)
          await redeem(stage, stage.attacker, shares)
        })
        expect(isNavKept(before, await stage.markets.reserveOf(stage.market))).toBe(true)
        if (best === undefined || profit > best) best = profit
      }
    }
    expect(best).toBeLessThanOrEqual(0n)
  })

  it.each(PENDING)('gets by splitting what the first ask gives at most, while %s is pending', async (pending) => {
    for (const amount of [10_000n * UNIT, 1_000_000n * UNIT]) {
      const whole = await fund(await stageWith(pending), (await stageWith(pending)).attacker, amount)
      const stage = await stageWith(pending)
      const { unlocked, locked, supply } = await stage.markets.reserveOf(stage.market)
      let split = 0n
      for (let part = 0; part < 8; part++) split += await fund(stage, stage.attacker, amount / 8n)
      // A purchase on RootCurve raises the ask only while it lasts: in parts it gets up to half of R/S per unit, as at first.
      const atFirstAsk = (amount * supply) / (2n * (unlocked + locked))
      const most = name === 'RootCurve' && atFirstAsk > whole ? atFirstAsk : whole
      expect(split).toBeLessThanOrEqual(most + 16n)
      expect(await profitOf(stage, stage.attacker, () => redeem(stage, stage.attacker, split))).toBeLessThan(amount)
    }
  })
})
