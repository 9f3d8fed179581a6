import { describe, expect, it } from 'vitest'
import { deployContract, ethers, loadFixture, type Transaction } from '../support/chain.ts'
import { NEVER, SHARE, UNIT } from '../support/defaults.ts'
import { createMarket } from '../support/deploy.ts'
import { gasOf, revertOf } from '../support/outcome.ts'
import { FROM_VAULT } from '../support/payment.ts'
import { deployStage, fund, isNavKept, profitOf, redeem } from './support/patrons.ts'

const MOOD = {
  ONE_SHARE: 0,
  NOTHING: 1,
  EVERYTHING: 2,
  REVERT: 3,
  BURN_GAS: 4,
  EMPTY_ANSWER: 5,
  HUGE_ANSWER: 6,
  SHORT_ANSWER: 7,
  HUGE_REVERT: 8,
  FLATTERS_QUOTES: 9,
  REENTERS: 10,
} as const
const AMOUNT = 1_000n * UNIT
const GAS = { gasLimit: 600_000n }

/** False if the transaction reverts. */
async function isMined(transaction: Promise<Transaction>): Promise<boolean> {
  return transaction.then(
    async (sent) => (await sent.wait())?.status === 1,
    () => false,
  )
}

/** The attacker's market with the attacker's curve, and a patron who bought while it behaved. */
async function deployHostileMarket() {
  const stage = await deployStage()
  const { base, deployer, attacker, patron } = stage
  const curve = await deployContract('MoodyCurve', [], deployer)
  const { market, share } = await createMarket(base, { creator: attacker, curve, salt: ethers.id('moody') })
  await curve.setMood(MOOD.EVERYTHING)
  const own = { ...stage, curve, market, marketShare: share }
  const bought = await fund(own, patron, AMOUNT)
  return { ...own, bought, honestMarket: stage.market }
}

describe('a hostile curve', () => {
  it('never lowers what the shares of others are worth, nor gives its maker a profit', async () => {
    for (const mood of [MOOD.EVERYTHING, MOOD.ONE_SHARE]) {
      const stage = await loadFixture(deployHostileMarket)
      const { curve, markets, market, attacker } = stage
      await curve.setMood(mood)
      const before = await markets.reserveOf(market)
      const profit = await profitOf(stage, attacker, async () => {
        const shares = await fund(stage, attacker, 500n * AMOUNT)
        expect(isNavKept(before, await markets.reserveOf(market))).toBe(true)
        await redeem(stage, attacker, shares)
      })
      expect(profit).toBeLessThanOrEqual(0n)
      expect(isNavKept(before, await markets.reserveOf(market))).toBe(true)
    }
  })

  it('cannot give away more than the spread over NAV allows', async () => {
    const { curve, markets, market } = await loadFixture(deployHostileMarket)
    await curve.setMood(MOOD.EVERYTHING)
    const { unlocked, locked, pending, supply } = await markets.reserveOf(market)
    const [shares] = await markets.quoteFund(market, AMOUNT)
    expect(shares).toBe((AMOUNT * supply * 10_000n) / ((unlocked + locked + pending) * 10_500n))
  })

  it('takes only from a patron who names no minShares', async () => {
    const stage = await loadFixture(deployHostileMarket)
    const { curve, markets, market, patron, attacker } = stage
    const [minShares] = await markets.quoteFund(market, AMOUNT)
    await curve.setMood(MOOD.ONE_SHARE)
    const protectedCall = markets.connect(patron).fund(market, AMOUNT, minShares, NEVER, FROM_VAULT)
    expect((await revertOf(protectedCall)).name).toBe('Markets_TooFewShares')
    const loss = await profitOf(stage, patron, async () => redeem(stage, patron, await fund(stage, patron, AMOUNT)))
    expect(loss).toBeLessThan(-AMOUNT / 2n)
    // What the careless patron lost pays makers; the attacker's own shares are worth what they were.
    const { bounty } = await markets.reserveOf(market)
    expect(bounty).toBeGreaterThanOrEqual(-loss - UNIT)
    const worth = await markets.quoteRedeem(market, 999n * SHARE)
    expect(worth).toBeLessThanOrEqual(999n * UNIT + 1n)
    expect(attacker.address).not.toBe(patron.address)
  })

  it('stops new patrons at worst: what fails, burns gas or answers too much is refused at a bounded price', async () => {
    const moods = [MOOD.REVERT, MOOD.HUGE_REVERT, MOOD.BURN_GAS, MOOD.EMPTY_ANSWER, MOOD.SHORT_ANSWER, MOOD.NOTHING]
    for (const mood of moods) {
      const stage = await loadFixture(deployHostileMarket)
      const { curve, markets, market, patron, bought } = stage
      await curve.setMood(mood)
      const call = markets
        .connect(patron)
        .fund.staticCall(market, AMOUNT, 0n, NEVER, FROM_VAULT, { gasLimit: 400_000n })
      const { name } = await revertOf(call)
      expect(name).toBe(mood === MOOD.NOTHING ? 'Markets_TooFewShares' : 'Markets_CurveFailed')
      const back = await profitOf(stage, patron, () => redeem(stage, patron, bought))
      expect(back).toBeGreaterThanOrEqual((AMOUNT * 100n) / 105n - 1n)
    }
  })

  it('cannot make a patron pay for a huge answer', async () => {
    const { curve, markets, market, patron } = await loadFixture(deployHostileMarket)
    const plain = await gasOf(markets.connect(patron).fund(market, AMOUNT, 0n, NEVER, FROM_VAULT))
    await curve.setMood(MOOD.HUGE_ANSWER)
    expect(await gasOf(markets.connect(patron).fund(market, AMOUNT, 0n, NEVER, FROM_VAULT))).toBeLessThan(
      plain + 120_000,
    )
  })

  it('that tells a question from a purchase takes only from a patron who names no minShares', async () => {
    const stage = await loadFixture(deployHostileMarket)
    const { curve, markets, market, patron, attacker } = stage
    await curve.setMood(MOOD.FLATTERS_QUOTES)
    const [quoted] = await markets.quoteFund(market, AMOUNT)
    expect(quoted).toBeGreaterThan(900n * SHARE)
    const careful = markets.connect(patron).fund(market, AMOUNT, (quoted * 995n) / 1_000n, NEVER, FROM_VAULT, GAS)
    expect(await isMined(careful)).toBe(false)
    const before = await markets.reserveOf(market)
    const held: bigint = await stage.marketShare.balanceOf(attacker.address)
    const worth = await markets.quoteRedeem(market, held)
    await markets.connect(patron).fund(market, AMOUNT, 0n, NEVER, FROM_VAULT, GAS)
    const after = await markets.reserveOf(market)
    // The careless patron got the one share; what they overpaid is the makers', not the attacker's.
    expect(after.supply - before.supply).toBe(SHARE)
    expect(isNavKept(before, after)).toBe(true)
    expect((await markets.quoteRedeem(market, held)) - worth).toBeLessThanOrEqual(1n)
  })

  it('cannot call back into Markets, be it to change or only to ask itself again', async () => {
    const stage = await loadFixture(deployHostileMarket)
    const { curve, markets, market, patron, attacker } = stage
    await curve.setMood(MOOD.REENTERS)
    const { interface: abi } = markets
    const payment = FROM_VAULT
    for (const data of [
      abi.encodeFunctionData('fund', [market, AMOUNT, 0n, NEVER, payment]),
      abi.encodeFunctionData('redeem', [market, SHARE, 0n, NEVER, attacker.address]),
      abi.encodeFunctionData('addRevenue', [market, AMOUNT, payment]),
      abi.encodeFunctionData('accrue', [market]),
      // A view that asks the curve, which asks the view: each round has less of the bounded gas.
      abi.encodeFunctionData('quoteFund', [market, AMOUNT]),
    ]) {
      await curve.setReentry(data)
      const before = await markets.reserveOf(market)
      const call = markets.connect(patron).fund(market, AMOUNT, 0n, NEVER, payment, { gasLimit: 600_000n })
      const mined = await isMined(call)
      const after = await markets.reserveOf(market)
      expect(isNavKept(before, after)).toBe(true)
      // It got the answer of a call that failed, or ran out of its gas.
      if (mined) expect(after.supply - before.supply).toBeLessThanOrEqual((AMOUNT * before.supply) / before.unlocked)
      else expect(after.toArray()).toEqual(before.toArray())
    }
    await curve.setReentry(abi.encodeFunctionData('accrue', [market]))
    expect(await fund(stage, patron, AMOUNT)).toBe(SHARE)
  })

  it('has no say in other markets', async () => {
    const stage = await loadFixture(deployHostileMarket)
    const { curve, markets, honestMarket, patron } = stage
    const before = await markets.reserveOf(honestMarket)
    await curve.setMood(MOOD.BURN_GAS)
    await redeem(stage, patron, await fund(stage, patron, AMOUNT, honestMarket), honestMarket)
    expect(isNavKept(before, await markets.reserveOf(honestMarket))).toBe(true)
  })

  it('is refused at creation if it does not answer', async () => {
    const { base, deployer, attacker } = await loadFixture(deployStage)
    const curve = await deployContract('MoodyCurve', [], deployer)
    for (const mood of [MOOD.REVERT, MOOD.HUGE_REVERT, MOOD.BURN_GAS, MOOD.EMPTY_ANSWER, MOOD.SHORT_ANSWER]) {
      await curve.setMood(mood)
      const creation = createMarket(base, { creator: attacker, curve, salt: ethers.id('moody') })
      expect((await revertOf(creation)).name).toBe('Markets_CurveFailed')
    }
    const nobody = createMarket(base, { creator: attacker, curve: attacker.address, salt: ethers.id('moody') })
    expect((await revertOf(nobody)).name).toBe('Markets_CurveFailed')
  })
})
