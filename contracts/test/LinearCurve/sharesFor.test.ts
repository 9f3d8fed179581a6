import { describe, expect, it } from 'vitest'
import { getActors } from '../support/actors.ts'
import { deployContract, loadFixture } from '../support/chain.ts'
import { K, P0, SHARE } from '../support/defaults.ts'
import { revertOf } from '../support/outcome.ts'

async function deployCurve() {
  const { deployer } = await getActors()
  return { curve: await deployContract('LinearCurve', [], deployer) }
}

describe('LinearCurve.sharesFor', () => {
  it.each([
    { supply: 0n, amount: 1n, shares: 999_999_999_999n },
    { supply: 0n, amount: 10n ** 6n, shares: 999_999_500_000_499_999n },
    { supply: 0n, amount: 10n ** 8n, shares: 99_995_000_499_937_508_748n },
    { supply: 0n, amount: 10n ** 12n, shares: 732_050_807_568_877_293_527_446n },
    { supply: K, amount: 10n ** 6n, shares: 499_999_937_500_015_624n },
    { supply: K, amount: 10n ** 12n, shares: 449_489_742_783_178_098_197_284n },
  ])('gives $shares for $amount at a supply of $supply', async ({ supply, amount, shares }) => {
    const { curve } = await loadFixture(deployCurve)
    expect(await curve.sharesFor(amount, supply, 0n, P0, K)).toBe(shares)
  })

  it('gives nothing for nothing', async () => {
    const { curve } = await loadFixture(deployCurve)
    expect(await curve.sharesFor(0n, K, 0n, P0, K)).toBe(0n)
  })

  it('rounds down exactly once, at the extremes of amount, p0 and k as well', async () => {
    const { curve } = await loadFixture(deployCurve)
    for (const [amount, p0, k] of [
      [2n ** 112n - 1n, 1n, SHARE],
      [2n ** 95n, 1n, 10n ** 30n],
      [2n ** 112n - 1n, 2n ** 96n - 1n, 10n ** 30n],
    ] as const) {
      const shares = await curve.sharesFor(amount, 0n, 0n, p0, k)
      const radicand = k ** 2n + (2n * k * amount * SHARE) / p0
      const root = shares + k
      expect(root ** 2n <= radicand && (root + 1n) ** 2n > radicand).toBe(true)
    }
  })

  it.each([
    ['a supply whose square has more than 256 bits', { amount: 1n, supply: 2n ** 128n, p0: P0 }],
    ['a supply that has no room for k', { amount: 1n, supply: 2n ** 256n - 1n, p0: P0 }],
    [
      'a sum of square and quotient of more than 256 bits',
      { amount: 2n ** 112n, supply: 2n ** 128n - 1n - 10n ** 30n, p0: P0 },
    ],
    ['an amount whose product has more than 256 bits', { amount: 2n ** 200n, supply: 0n, p0: P0 }],
    ['an amount whose quotient has more than 256 bits', { amount: 2n ** 155n, supply: 0n, p0: 1n }],
    ['a price of zero', { amount: 1n, supply: 0n, p0: 0n }],
  ])('refuses %s', async (_, { amount, supply, p0 }) => {
    const { curve } = await loadFixture(deployCurve)
    expect(await revertOf(curve.sharesFor(amount, supply, 0n, p0, 10n ** 30n))).toEqual({
      name: 'Curve_OutOfRange',
      args: [amount, supply],
    })
  })
})
