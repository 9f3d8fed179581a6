import { describe, expect, it } from 'vitest'
import { deployContract, ethers, inOneBlock, loadFixture, now, setNextTimestamp } from '../support/chain.ts'
import { CONFIG, DAY, K, NEVER, P0, SHARE, UNIT } from '../support/defaults.ts'
import { createMarket, deployMarket } from '../support/deploy.ts'
import { eventsOf, revertOf } from '../support/outcome.ts'
import { FROM_VAULT, FROM_WALLET, permitPayment } from '../support/payment.ts'
import { leftAfter, purchaseOf } from './formulas.ts'

const AMOUNT = 5_000n * UNIT

async function deployWithRevenue() {
  const fixture = await deployMarket()
  const { markets, market, whale, orders } = fixture
  await markets.connect(whale).addRevenue(market, 700n * UNIT, FROM_VAULT)
  await markets.connect(orders).book(market, 300n * UNIT, 0n, 0n)
  return fixture
}

async function deployMoody() {
  const fixture = await deployMarket()
  const curve = await deployContract('MoodyCurve', [], fixture.deployer)
  const moody = await createMarket(fixture.base, { creator: fixture.whale, curve, salt: ethers.id('moody') })
  return { ...fixture, curve, market: moody.market, marketShare: moody.share }
}

describe('Markets.fund', () => {
  it('gives the lesser of what the curve says and what the spread over NAV allows', async () => {
    const { markets, market, marketShare, patron } = await loadFixture(deployWithRevenue)
    for (const amount of [1n, UNIT, AMOUNT, 900_000n * UNIT]) {
      const { unlocked, locked, pending, supply } = await markets.reserveOf(market)
      const expected = purchaseOf(amount, { unlocked, locked, pending, supply, p0: P0, k: K, ...CONFIG })
      expect((await markets.quoteFund(market, amount)).toObject()).toEqual(expected)
    }
    const held = await marketShare.balanceOf(patron.address)
    const shares = await markets.connect(patron).fund.staticCall(market, AMOUNT, 0n, NEVER, FROM_VAULT)
    await markets.connect(patron).fund(market, AMOUNT, 0n, NEVER, FROM_VAULT)
    expect(shares).toBeGreaterThan(0n)
    expect(await marketShare.balanceOf(patron.address)).toBeGreaterThan(held)
  })

  it('divides the amount between U, L and B, to the unit', async () => {
    const { markets, market, patron } = await loadFixture(deployWithRevenue)
    const at = (await now()) + DAY
    await setNextTimestamp(at)
    await markets.accrue(market)
    const before = await markets.reserveOf(market)
    await setNextTimestamp(at + 1)
    const funding = markets.connect(patron).fund(market, AMOUNT, 0n, NEVER, FROM_VAULT)
    const [event] = await eventsOf(funding, markets)
    if (!event) throw new Error('no event')
    const [, , , shares, toUnlocked, toLocked, tribute] = event.args as [string, string, ...bigint[]]
    const after = await markets.reserveOf(market)

    expect(event.name).toBe('Funded')
    expect(event.args.slice(0, 3)).toEqual([market, patron.address, AMOUNT])
    const dripped = before.locked / (before.dripEnd - BigInt(at))
    const { pending, supply } = before
    const [unlocked, locked] = [before.unlocked + dripped, before.locked - dripped]
    const terms = { unlocked, locked, pending, supply, p0: P0, k: K, ...CONFIG }
    expect({ shares, toUnlocked, toLocked, tribute }).toEqual(purchaseOf(AMOUNT, terms))
    expect((toUnlocked ?? 0n) + (toLocked ?? 0n) + (tribute ?? 0n)).toBe(AMOUNT)
    expect(after.supply).toBe(before.supply + (shares ?? 0n))
    expect(after.unlocked + after.locked).toBe(before.unlocked + before.locked + (toUnlocked ?? 0n) + (toLocked ?? 0n))
    expect(after.bounty).toBe(before.bounty + (tribute ?? 0n))
    const leftSeconds = before.dripEnd - BigInt(at + 1)
    const left = leftAfter({ shares: shares ?? 0n, toLocked: toLocked ?? 0n }, terms, { leftSeconds, ...CONFIG })
    expect(after.dripEnd).toBe(BigInt(at + 1) + left)
    expect(left).toBeGreaterThan(leftSeconds)
  })

  it('lowers neither the bid, nor the NAV, nor the claim on what is pending, of the others', async () => {
    const { markets, market, patron } = await loadFixture(deployWithRevenue)
    for (const amount of [1n, 7n, 12_345_678n, AMOUNT]) {
      const before = await markets.reserveOf(market)
      const purchase = await markets.quoteFund(market, amount)
      if (purchase.shares === 0n) continue
      await setNextTimestamp((await now()) + 1)
      const drip = (before.locked * 1n) / (before.dripEnd - BigInt(await now()))
      await markets.connect(patron).fund(market, amount, 0n, NEVER, FROM_VAULT)
      const after = await markets.reserveOf(market)
      expect(after.unlocked * before.supply).toBeGreaterThanOrEqual((before.unlocked + drip) * after.supply)
      const navs = [after.unlocked + after.locked, before.unlocked + before.locked] as const
      expect(navs[0] * before.supply).toBeGreaterThanOrEqual(navs[1] * after.supply)
      const claims = [navs[0] + after.pending, navs[1] + before.pending] as const
      expect(claims[0] * before.supply).toBeGreaterThanOrEqual(claims[1] * after.supply)
    }
  })

  it('takes the money from the Vault, from the wallet by allowance, or by permit', async () => {
    const { token, vault, markets, market, patron } = await loadFixture(deployMarket)
    const asPatron = markets.connect(patron)
    const id = BigInt(await token.getAddress())
    const before = await vault.balanceOf(markets, id)
    await token.mint(patron.address, 2n * AMOUNT)
    await asPatron.fund(market, AMOUNT, 0n, NEVER, FROM_VAULT)
    await token.connect(patron).approve(markets, AMOUNT)
    await asPatron.fund(market, AMOUNT, 0n, NEVER, FROM_WALLET)
    const payment = await permitPayment(token, patron, await markets.getAddress(), AMOUNT)
    await asPatron.fund(market, AMOUNT, 0n, NEVER, payment)
    expect(await vault.balanceOf(markets, id)).toBe(before + 3n * AMOUNT)
    expect(await token.balanceOf(patron.address)).toBe(0n)
  })

  it('never profits when redeemed in the same block', async () => {
    const { token, vault, markets, market, marketShare, patron, whale } = await loadFixture(deployWithRevenue)
    const id = BigInt(await token.getAddress())
    const { shares } = await markets.quoteFund(market, AMOUNT)
    const before = await vault.balanceOf(patron.address, id)
    const gas = { gasLimit: 500_000n }
    await inOneBlock(async () => {
      await markets.connect(patron).fund(market, AMOUNT, 0n, NEVER, FROM_VAULT, gas)
      await markets.connect(whale).addRevenue(market, 900n * UNIT, FROM_VAULT, gas)
      await markets.connect(patron).redeem(market, (shares * 99n) / 100n, 0n, NEVER, patron.address, gas)
    })
    await markets.connect(patron).redeem(market, await marketShare.balanceOf(patron.address), 0n, NEVER, patron.address)
    expect(await vault.balanceOf(patron.address, id)).toBeLessThan(before)
  })

  describe('given bounds of the caller', () => {
    it('refuses fewer shares than accepted', async () => {
      const { markets, market, patron } = await loadFixture(deployMarket)
      const { shares } = await markets.quoteFund(market, AMOUNT)
      expect(await revertOf(markets.connect(patron).fund(market, AMOUNT, shares + 1n, NEVER, FROM_VAULT))).toEqual({
        name: 'Markets_TooFewShares',
        args: [shares, shares + 1n],
      })
      await markets.connect(patron).fund(market, AMOUNT, shares, NEVER, FROM_VAULT)
    })

    it('takes the last second of the deadline, and no later one', async () => {
      const { markets, market, patron } = await loadFixture(deployMarket)
      const deadline = (await now()) + 100
      await setNextTimestamp(deadline)
      await markets.connect(patron).fund(market, AMOUNT, 0n, deadline, FROM_VAULT)
      await setNextTimestamp(deadline + 1)
      expect(await revertOf(markets.connect(patron).fund(market, AMOUNT, 0n, deadline, FROM_VAULT))).toEqual({
        name: 'Markets_Expired',
        args: [BigInt(deadline)],
      })
    })
  })

  it.each([0n, 2n ** 112n])('refuses an amount of %s', async (amount) => {
    const { markets, market, patron } = await loadFixture(deployMarket)
    const refusal = { name: 'Markets_BadAmount', args: [amount] }
    expect(await revertOf(markets.connect(patron).fund(market, amount, 0n, NEVER, FROM_VAULT))).toEqual(refusal)
    expect(await revertOf(markets.quoteFund(market, amount))).toEqual(refusal)
  })

  it('refuses an unknown market', async () => {
    const { markets, patron } = await loadFixture(deployMarket)
    expect(await revertOf(markets.connect(patron).fund(ethers.id('?'), 1n, 0n, NEVER, FROM_VAULT))).toEqual({
      name: 'Markets_Unknown',
      args: [ethers.id('?')],
    })
  })

  describe('given a curve of somebody else’s', () => {
    const MOODS = { NOTHING: 1n, EVERYTHING: 2n, REVERT: 3n, BURN_GAS: 4n, EMPTY_ANSWER: 5n, HUGE_ANSWER: 6n }

    it('lets it give no more than the spread over NAV allows', async () => {
      const { markets, market, curve } = await loadFixture(deployMoody)
      await curve.setMood(MOODS.EVERYTHING)
      const { shares } = await markets.quoteFund(market, AMOUNT)
      expect(shares).toBe((AMOUNT * SHARE * 10_000n) / (UNIT * 10_500n))
    })

    it('refuses one that gives nothing', async () => {
      const { markets, market, curve, patron } = await loadFixture(deployMoody)
      await curve.setMood(MOODS.NOTHING)
      expect(await revertOf(markets.connect(patron).fund(market, AMOUNT, 0n, NEVER, FROM_VAULT))).toEqual({
        name: 'Markets_TooFewShares',
        args: [0n, 0n],
      })
    })

    it.each(['REVERT', 'BURN_GAS', 'EMPTY_ANSWER'] as const)('fails by name when it answers %s', async (mood) => {
      const { markets, market, curve, patron } = await loadFixture(deployMoody)
      await curve.setMood(MOODS[mood])
      expect(await revertOf(markets.connect(patron).fund(market, AMOUNT, 0n, NEVER, FROM_VAULT))).toEqual({
        name: 'Markets_CurveFailed',
        args: [await curve.getAddress()],
      })
    })

    it('reads one word of an answer, however long', async () => {
      const { markets, market, curve } = await loadFixture(deployMoody)
      await curve.setMood(MOODS.EVERYTHING)
      const { shares } = await markets.quoteFund(market, AMOUNT)
      // Its first word says the same.
      await curve.setMood(MOODS.HUGE_ANSWER)
      expect((await markets.quoteFund(market, AMOUNT)).shares).toBe(shares)
    })

    it('lets everybody out, whatever it does', async () => {
      const { markets, market, marketShare, curve, whale } = await loadFixture(deployMoody)
      const shares = await marketShare.balanceOf(whale.address)
      for (const mood of Object.values(MOODS)) {
        await curve.setMood(mood)
        await markets.connect(whale).redeem(market, shares / 10n, 1n, NEVER, whale.address)
      }
    })
  })

  describe('given a token that calls back', () => {
    it('cannot enter Markets again, while shares and reserve agree', async () => {
      const { base, markets, vault, stranger } = await loadFixture(deployMarket)
      const token = await deployContract('CallbackToken', [], stranger)
      await token.mint(stranger.address, AMOUNT)
      await token.approve(vault, AMOUNT)
      await vault.connect(stranger).deposit(token, AMOUNT / 2n, stranger.address)
      await vault.connect(stranger).setOperator(markets, true)
      const { market } = await createMarket(base, { creator: stranger, asset: token })
      await token.approve(markets, AMOUNT)
      const redeem = [market, 1n, 0n, NEVER, stranger.address]
      await token.setCallback(markets, markets.interface.encodeFunctionData('redeem', redeem))
      const { name } = await revertOf(markets.connect(stranger).fund(market, UNIT, 0n, NEVER, FROM_WALLET))
      expect(name).toBe('ReentrancyGuardReentrantCall')
    })
  })
})
