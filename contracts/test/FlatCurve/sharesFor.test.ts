import { describe, expect, it } from 'vitest'
import { getActors } from '../support/actors.ts'
import { deployContract, ethers, loadFixture } from '../support/chain.ts'
import { K, NEVER, P0, SHARE } from '../support/defaults.ts'
import { createMarket, deployMarket, deposit } from '../support/deploy.ts'
import { revertOf } from '../support/outcome.ts'
import { FROM_VAULT } from '../support/payment.ts'

async function deployCurve() {
  const { deployer } = await getActors()
  return { curve: await deployContract('FlatCurve', [], deployer) }
}

/** A market as a pool of The Graph's L2Curation: 18 decimals, no spread, a first deposit of 1,000. */
async function deployFlatMarket() {
  const stage = await deployMarket()
  const { base, deployer, whale, patron, markets } = stage
  const token = await deployContract('DecimalsToken', [18], deployer)
  const curve = await deployContract('FlatCurve', [], deployer)
  const own = { ...base, token }
  for (const account of [whale, patron]) await deposit(own, account, 10n ** 6n * SHARE, markets)
  const { market, share } = await createMarket(own, {
    creator: whale,
    asset: token,
    curve,
    salt: ethers.id('flat'),
    seed: 1_000n * SHARE,
    p0: SHARE,
    k: SHARE,
    config: { spreadBps: 0n, listReward: 0n },
  })
  return { ...stage, token, market, marketShare: share }
}

describe('FlatCurve.sharesFor', () => {
  it('gives the signal of a first mint of 1,000 over the minimum of 1 wei, and of what follows', async () => {
    const { curve } = await loadFixture(deployCurve)
    const first = 1_000n * SHARE
    expect(await curve.sharesFor(first - 1n, 1n, 1n, P0, K)).toBe(first - 1n)
    // A tax of 5 % takes x - floor(0.95 x) before.
    const net = (first * 95n) / 100n
    expect(await curve.sharesFor(net, first, first, P0, K)).toBe(net)
    expect(await curve.sharesFor(7n, first, 3n * first, P0, K)).toBe(2n)
  })

  it('gives nothing for nothing, nor without a supply', async () => {
    const { curve } = await loadFixture(deployCurve)
    expect(await curve.sharesFor(0n, SHARE, 1n, P0, K)).toBe(0n)
    expect(await curve.sharesFor(1n, 0n, 1n, P0, K)).toBe(0n)
  })

  it.each([
    ['an empty reserve', { amount: 1n, supply: SHARE, reserve: 0n }],
    ['shares of more than 256 bits', { amount: 2n ** 112n, supply: 2n ** 145n, reserve: 2n }],
  ])('refuses %s', async (_, { amount, supply, reserve }) => {
    const { curve } = await loadFixture(deployCurve)
    expect(await revertOf(curve.sharesFor(amount, supply, reserve, P0, K))).toEqual({
      name: 'Curve_OutOfRange',
      args: [amount, supply],
    })
  })
})

describe('a market on FlatCurve', () => {
  it('returns exactly what was paid in when all of it is burned', async () => {
    const { markets, market, marketShare, patron } = await loadFixture(deployFlatMarket)
    const paid = 1_234_567_890_123_456_789n
    const before = await markets.reserveOf(market)
    await markets.connect(patron).fund(market, paid, 0n, NEVER, FROM_VAULT)
    expect(await marketShare.balanceOf(patron.address)).toBe(paid)
    expect(await markets.quoteRedeem(market, paid)).toBe(paid)
    await markets.connect(patron).redeem(market, paid, paid, NEVER, patron.address)
    expect((await markets.reserveOf(market)).toArray()).toEqual(before.toArray())
  })
})
