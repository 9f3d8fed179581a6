import { describe, expect, it } from 'vitest'
import { deployContract, ethers, loadFixture, passSeconds } from '../support/chain.ts'
import { DAY, NEVER, P0, SHARE, UNIT } from '../support/defaults.ts'
import { createMarket, deposit } from '../support/deploy.ts'
import { revertOf } from '../support/outcome.ts'
import { FROM_VAULT } from '../support/payment.ts'
import { deployEmptyMarket, deployStage, fund, isNavKept, profitOf, redeem } from './support/patrons.ts'

const AMOUNTS = [1n, UNIT, 1_000n * UNIT, 30_000n * UNIT, 2_000_000n * UNIT]

describe('an attacker of patrons', () => {
  it('gains nothing by buying before a patron and selling after', async () => {
    for (const stolen of AMOUNTS) {
      for (const amount of [10_000n * UNIT, 5_000_000n * UNIT]) {
        const stage = await loadFixture(deployStage)
        const profit = await profitOf(stage, stage.attacker, async () => {
          const shares = await fund(stage, stage.attacker, stolen)
          await fund(stage, stage.patron, amount)
          await redeem(stage, stage.attacker, shares)
        })
        expect(profit, `${stolen} before ${amount}`).toBeLessThanOrEqual(0n)
      }
    }
  })

  it('gains nothing by selling before a patron and buying back after', async () => {
    const stage = await loadFixture(deployStage)
    const held = await fund(stage, stage.attacker, 500_000n * UNIT)
    const sold = await profitOf(stage, stage.attacker, () => redeem(stage, stage.attacker, held))
    await fund(stage, stage.patron, 100_000n * UNIT)
    expect(await fund(stage, stage.attacker, sold)).toBeLessThanOrEqual(held)
  })

  it('cannot make a patron who names minShares pay more', async () => {
    const stage = await loadFixture(deployStage)
    const { markets, market, patron, attacker } = stage
    const [minShares] = await markets.quoteFund(market, 1_000n * UNIT)
    await fund(stage, attacker, 5_000_000n * UNIT)
    const call = markets.connect(patron).fund(market, 1_000n * UNIT, minShares, NEVER, FROM_VAULT)
    expect((await revertOf(call)).name).toBe('Markets_TooFewShares')
  })

  it.each([0n, 50_000n * UNIT])('gets no more shares by splitting a purchase while %s is pending', async (pending) => {
    const deploy = async () => {
      const stage = await loadFixture(deployStage)
      if (pending !== 0n) await stage.markets.connect(stage.orders).book(stage.market, pending, 0n, 0n)
      return stage
    }
    for (const amount of AMOUNTS.slice(2)) {
      const once = await deploy()
      const whole = await fund(once, once.attacker, amount)
      const stage = await deploy()
      let split = 0n
      for (let i = 0; i < 10; i++) split += await fund(stage, stage.attacker, amount / 10n)
      expect(split).toBeLessThanOrEqual(whole + 20n)
    }
  })

  it('gains nothing in one go, whoever adds revenue or leaves in between', async () => {
    const stage = await loadFixture(deployStage)
    const { markets, market, marketShare, attacker, whale, patron } = stage
    const profit = await profitOf(stage, attacker, async () => {
      const shares = await fund(stage, attacker, 100_000n * UNIT)
      await markets.connect(whale).addRevenue(market, 50_000n * UNIT, FROM_VAULT)
      await redeem(stage, patron, await marketShare.balanceOf(patron.address))
      await redeem(stage, attacker, shares)
    })
    // The drip of the seconds that these blocks took; never what was locked.
    expect(profit).toBeLessThanOrEqual(0n)
  })
})

describe('an attacker of a patron who leaves while revenue is locked', () => {
  it('wins no more than what the patron leaves behind, and takes nothing from what the patron is paid', async () => {
    const stage = await loadFixture(deployStage)
    const { markets, market, marketShare, whale, patron, attacker } = stage
    await markets.connect(whale).addRevenue(market, 10_000n * UNIT, FROM_VAULT)
    const leaving: bigint = await marketShare.balanceOf(patron.address)
    const { locked, supply } = await markets.reserveOf(market)
    const due: bigint = await markets.quoteRedeem(market, leaving)
    const profit = await profitOf(stage, attacker, async () => {
      const shares = await fund(stage, attacker, 20_000n * UNIT)
      expect(await profitOf(stage, patron, () => redeem(stage, patron, leaving))).toBeGreaterThanOrEqual(due)
      await passSeconds(8 * DAY)
      await redeem(stage, attacker, shares)
    })
    expect(profit).toBeLessThanOrEqual((locked * leaving) / supply)
  })
})

describe('an attacker of an empty market', () => {
  it('cannot inflate a share so that the first patron’s money rounds away', async () => {
    const stage = await loadFixture(deployEmptyMarket)
    const { markets, market, attacker, patron } = stage
    const spent = 1_000_000n * UNIT
    const profit = await profitOf(stage, attacker, async () => {
      const shares = await fund(stage, attacker, 1n)
      await markets.connect(attacker).addRevenue(market, spent, FROM_VAULT)
      await passSeconds(8 * DAY)
      const bought = await fund(stage, patron, 100n * UNIT)
      const back = await profitOf(stage, patron, () => redeem(stage, patron, bought))
      expect(back).toBeGreaterThanOrEqual((100n * UNIT * 100n) / 105n - 1n)
      await redeem(stage, attacker, shares)
    })
    expect(profit).toBeLessThanOrEqual(-spent / 2n)
  })

  it('cannot touch the price with money sent to Markets or straight to the Vault', async () => {
    const stage = await loadFixture(deployEmptyMarket)
    const { markets, market, vault, token, attacker } = stage
    const before = await markets.reserveOf(market)
    await vault.connect(attacker).transfer(markets, BigInt(await token.getAddress()), 1_000n * UNIT)
    await token.mint(vault, 1_000n * UNIT)
    await token.mint(markets, 1_000n * UNIT)
    expect((await markets.reserveOf(market)).toArray()).toEqual(before.toArray())
  })

  it('cannot sell the dead share, nor more than was bought', async () => {
    const stage = await loadFixture(deployEmptyMarket)
    const { markets, market, marketShare, attacker } = stage
    const shares = await fund(stage, attacker, 500n * UNIT)
    const tooMuch = markets.connect(attacker).redeem(market, shares + 1n, 0n, NEVER, attacker.address)
    expect((await revertOf(tooMuch)).name).toBe('ERC20InsufficientBalance')
    await redeem(stage, attacker, shares)
    expect(await marketShare.totalSupply()).toBe(SHARE)
    expect((await markets.reserveOf(market)).unlocked).toBeGreaterThanOrEqual(P0)
  })

  it('leaves a market that works after everybody but the dead has gone', async () => {
    const stage = await loadFixture(deployEmptyMarket)
    const { markets, market, attacker, patron } = stage
    const shares = await fund(stage, attacker, 500_000n * UNIT)
    await markets.connect(attacker).addRevenue(market, 10_000n * UNIT, FROM_VAULT)
    await redeem(stage, attacker, shares)
    const before = await markets.reserveOf(market)
    const profit = await profitOf(stage, patron, async () => {
      const bought = await fund(stage, patron, 1_000_000n * UNIT)
      expect(isNavKept(before, await markets.reserveOf(market))).toBe(true)
      await passSeconds(30 * DAY)
      await redeem(stage, patron, bought)
    })
    expect(profit).toBeLessThanOrEqual(0n)
  })
})

describe('an attacker of roundings', () => {
  it('gains nothing by amounts of some units, in tokens of 6 and of 18 decimals', async () => {
    for (const decimals of [6, 18]) {
      const stage = await loadFixture(deployStage)
      const { base, deployer, whale, attacker, markets } = stage
      const token = await deployContract('DecimalsToken', [decimals], deployer)
      const own = { ...stage, base: { ...base, token }, token }
      const unit = 10n ** BigInt(decimals)
      for (const account of [whale, attacker]) await deposit(own.base, account, 10_000n * unit, markets)
      const { market } = await createMarket(own.base, {
        creator: whale,
        salt: ethers.id(`${decimals} decimals`),
        p0: unit,
        seed: 3n * unit + 1n,
        config: { spreadBps: 0n, listReward: 0n },
      })
      await markets.connect(whale).addRevenue(market, unit + 7n, FROM_VAULT)
      await passSeconds(DAY)
      for (const amount of [2n, 3n, 7n, 10_001n]) {
        const before = await markets.reserveOf(market)
        const profit = await profitOf(own, attacker, async () => {
          let left = await fund(own, attacker, amount, market)
          for (const part of [1n, left / 3n, left / 3n]) {
            await redeem(own, attacker, part, market)
            left -= part
          }
          await redeem(own, attacker, left, market)
        })
        expect(profit).toBeLessThanOrEqual(0n)
        expect(isNavKept(before, await markets.reserveOf(market))).toBe(true)
      }
    }
  })
})

describe('an attacker of the drip', () => {
  it('cannot hold locked revenue back with dust', async () => {
    const stage = await loadFixture(deployStage)
    const { markets, market, whale, attacker } = stage
    await markets.connect(whale).addRevenue(market, 1_000n * UNIT, FROM_VAULT)
    const { dripEnd } = await markets.reserveOf(market)
    for (let i = 0; i < 20; i++) {
      await passSeconds(DAY / 4)
      await markets.connect(attacker).addRevenue(market, 1n, FROM_VAULT)
      expect((await markets.reserveOf(market)).dripEnd).toBeLessThanOrEqual(dripEnd)
    }
  })

  it('cannot lose locked revenue by accruing too often', async () => {
    const stage = await loadFixture(deployStage)
    const { markets, market, whale, attacker } = stage
    await markets.connect(whale).addRevenue(market, 3n, FROM_VAULT)
    const { unlocked } = await markets.reserveOf(market)
    for (let i = 0; i < 20; i++) {
      await passSeconds(DAY / 3)
      await markets.connect(attacker).accrue(market)
    }
    await passSeconds(DAY)
    const after = await markets.reserveOf(market)
    expect([after.unlocked, after.locked]).toEqual([unlocked + 3n, 0n])
  })

  it('finds nothing odd in the first second after its end', async () => {
    const stage = await loadFixture(deployStage)
    const { markets, market, whale, attacker } = stage
    await markets.connect(whale).addRevenue(market, 1_000n * UNIT, FROM_VAULT)
    await passSeconds(30 * DAY)
    const before = await markets.reserveOf(market)
    const profit = await profitOf(stage, attacker, async () => {
      const shares = await fund(stage, attacker, 10_000n * UNIT)
      await markets.connect(attacker).accrue(market)
      await redeem(stage, attacker, shares)
    })
    expect(profit).toBeLessThanOrEqual(0n)
    expect(isNavKept(before, await markets.reserveOf(market))).toBe(true)
    await markets.connect(whale).addRevenue(market, 1n, FROM_VAULT)
    expect((await markets.reserveOf(market)).locked).toBe(1n)
  })

  it('gains nothing by buying while revenue is locked and waiting for it', async () => {
    for (const amount of AMOUNTS) {
      const stage = await loadFixture(deployStage)
      const { markets, market, whale, attacker } = stage
      await markets.connect(whale).addRevenue(market, 40_000n * UNIT, FROM_VAULT)
      const profit = await profitOf(stage, attacker, async () => {
        const shares = await fund(stage, attacker, amount)
        await passSeconds(8 * DAY)
        await redeem(stage, attacker, shares)
      })
      expect(profit).toBeLessThanOrEqual(0n)
    }
  })
})
