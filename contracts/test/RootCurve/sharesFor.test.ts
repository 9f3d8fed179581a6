import { describe, expect, it } from 'vitest'
import { getActors } from '../support/actors.ts'
import { deployContract, ethers, loadFixture } from '../support/chain.ts'
import { P0, SHARE } from '../support/defaults.ts'
import { createMarket, deployMarket, deposit } from '../support/deploy.ts'
import { revertOf } from '../support/outcome.ts'

const HALF = SHARE // one root: the ratio 1/2
const TOKEN = 10n ** 18n

async function deployCurve() {
  const { deployer } = await getActors()
  return { curve: await deployContract('RootCurve', [], deployer) }
}

/** True if `shares` is not above S*((R+x)/R)^(1-2^-n) - S, by exact integers. */
function isNotAbove(shares: bigint, { amount, supply, reserve, roots }: Purchase): boolean {
  const power = 2n ** roots
  return (supply + shares) ** power * reserve ** (power - 1n) <= supply ** power * (reserve + amount) ** (power - 1n)
}

interface Purchase {
  amount: bigint
  supply: bigint
  reserve: bigint
  roots: bigint
}

describe('RootCurve.sharesFor', () => {
  it("gives BancorFormula's purchase return for the ratio 1/2, to the unit and never above", async () => {
    const { curve } = await loadFixture(deployCurve)
    const shares: bigint = await curve.sharesFor(900n * TOKEN, SHARE, 100n * TOKEN, P0, HALF)
    expect(2_162_277_660_168_379_331n - shares).toBeGreaterThanOrEqual(0n)
    expect(2_162_277_660_168_379_331n - shares).toBeLessThanOrEqual(1n)
  })

  it("gives the signal of The Graph's curation tests, deposit by deposit", async () => {
    const { curve } = await loadFixture(deployCurve)
    // The first 100 of the first 1,000 are the minimum, which is one signal.
    const deposits = [900n, 1_000n, 1_000n, 1_000n, 2_000n, 2_000n, 123n, 1n]
    const signals = (
      '3.16227766016838 4.47213595499958 5.47722557505166 6.32455532033676 ' +
      '7.74596669241483 8.94427190999916 9.01276871998833 9.01332347139500'
    ).split(' ')
    let [supply, reserve] = [SHARE, 100n * TOKEN]
    for (const [index, deposit] of deposits.entries()) {
      const purchase = { amount: deposit * TOKEN, supply, reserve, roots: 1n }
      const shares: bigint = await curve.sharesFor(purchase.amount, supply, reserve, P0, HALF)
      expect(isNotAbove(shares, purchase)).toBe(true)
      expect(isNotAbove(shares + 2n, purchase)).toBe(false)
      supply += shares
      reserve += deposit * TOKEN
      expect(((supply + 5_000n) / 10_000n).toString()).toBe(signals[index]?.replace('.', ''))
    }
  })

  it('is never above the real value and two units below it at most, for one to five roots', async () => {
    const { curve } = await loadFixture(deployCurve)
    const amounts = [1n, 999_999n, 10n ** 9n, 10n ** 15n, 2n ** 112n - 1n]
    const states = [
      [SHARE, 1n],
      [10n ** 24n, 10n ** 12n],
      [123_456_789n * SHARE, 987_654_321_012n],
      [2n ** 104n, 2n ** 112n],
    ] as const
    for (const roots of [1n, 2n, 3n, 5n]) {
      for (const [supply, reserve] of states) {
        for (const amount of amounts) {
          if (amount / reserve >= 2n ** 32n) continue
          const shares: bigint = await curve.sharesFor(amount, supply, reserve, P0, roots * SHARE)
          expect(isNotAbove(shares, { amount, supply, reserve, roots })).toBe(true)
          expect(isNotAbove(shares + 2n, { amount, supply, reserve, roots })).toBe(false)
        }
      }
    }
  })

  it('gives nothing for nothing, and for what its roots cannot tell from nothing', async () => {
    const { curve } = await loadFixture(deployCurve)
    expect(await curve.sharesFor(0n, SHARE, TOKEN, P0, HALF)).toBe(0n)
    expect(await curve.sharesFor(1n, 2n ** 112n, 2n ** 126n, P0, HALF)).toBe(0n)
  })

  it.each([0n, SHARE - 1n, SHARE + 1n, 17n * SHARE])('knows no number of roots in k = %s', async (k) => {
    const { curve } = await loadFixture(deployCurve)
    expect(await revertOf(curve.sharesFor(TOKEN, SHARE, TOKEN, P0, k))).toEqual({
      name: 'Curve_BadParameters',
      args: [P0, k],
    })
  })

  it('takes as many roots as a market may name', async () => {
    const { curve } = await loadFixture(deployCurve)
    const shares: bigint = await curve.sharesFor(TOKEN, SHARE, TOKEN, P0, 16n * SHARE)
    expect(shares).toBeGreaterThan((SHARE * 9_999n) / 10_000n)
    expect(shares).toBeLessThan(SHARE)
  })

  // Under the probe of the coverage every figure is another one.
  it.skipIf(process.env.GRISTMILL_PROBE)('costs a quarter of the gas at most that Markets gives a curve', async () => {
    const { curve } = await loadFixture(deployCurve)
    const gas: bigint = await curve.sharesFor.estimateGas(TOKEN, SHARE, TOKEN, P0, 16n * SHARE)
    // 21,000 and the calldata are no part of it.
    expect(gas - 23_000n).toBeLessThan(25_000n)
    expect(gas).toBeGreaterThan(23_000n)
  })

  it.each([
    ['an empty reserve', { amount: 1n, supply: SHARE, reserve: 0n }],
    ['a sum of more than 256 bits', { amount: 2n ** 255n, supply: SHARE, reserve: 2n ** 255n }],
    ['a supply of 2^144', { amount: 1n, supply: 2n ** 144n, reserve: TOKEN }],
    ['a growth of 2^32', { amount: 2n ** 32n, supply: SHARE, reserve: 1n }],
    // The quotient is 2^256 - 1 and something: rounded up it has 257 bits.
    [
      'a growth of 2^32 by rounding',
      { amount: 2n ** 32n * (2n ** 223n - 1n) - 1n, supply: 1n, reserve: 2n ** 223n - 1n },
    ],
    ['a reserve whose product has more than 256 bits', { amount: 1n, supply: SHARE, reserve: 2n ** 150n }],
  ])('refuses %s', async (_, { amount, supply, reserve }) => {
    const { curve } = await loadFixture(deployCurve)
    expect(await revertOf(curve.sharesFor(amount, supply, reserve, P0, HALF))).toEqual({
      name: 'Curve_OutOfRange',
      args: [amount, supply],
    })
  })
})

describe('a market on RootCurve', () => {
  it('sells its first shares at the purchase return of Bancor', async () => {
    const { base, deployer, whale, markets } = await loadFixture(deployMarket)
    const token = await deployContract('DecimalsToken', [18], deployer)
    const curve = await deployContract('RootCurve', [], deployer)
    const own = { ...base, token }
    await deposit(own, whale, 10_000n * TOKEN, markets)
    const { market } = await createMarket(own, {
      creator: whale,
      asset: token,
      curve,
      salt: ethers.id('root'),
      seed: 100n * TOKEN,
      p0: 100n * TOKEN,
      k: HALF,
      config: { spreadBps: 0n, listReward: 0n },
    })
    const [shares] = await markets.quoteFund(market, 900n * TOKEN)
    expect(2_162_277_660_168_379_331n - shares).toBeGreaterThanOrEqual(0n)
    expect(2_162_277_660_168_379_331n - shares).toBeLessThanOrEqual(1n)
  })

  it('is not created with a number of roots that the curve does not know', async () => {
    const { base, deployer, whale } = await loadFixture(deployMarket)
    const curve = await deployContract('RootCurve', [], deployer)
    const creation = createMarket(base, { creator: whale, curve, salt: ethers.id('root'), k: SHARE + 1n })
    expect(await revertOf(creation)).toEqual({ name: 'Markets_CurveFailed', args: [await curve.getAddress()] })
  })
})
