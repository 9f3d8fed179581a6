import { describe, expect, it } from 'vitest'
import { getActors } from '../support/actors.ts'
import { deployContract, loadFixture } from '../support/chain.ts'
import type { Contract } from '../support/contract.ts'
import { SHARE } from '../support/defaults.ts'
import { revertOf } from '../support/outcome.ts'

const ETHER = 10n ** 18n
const LOT = 10n ** 9n
const SPREAD = 110n

interface Reserve {
  reserve: bigint
  supply: bigint
}

async function deployCurve() {
  const { deployer } = await getActors()
  return { curve: await deployContract('ComputableCurve', [], deployer) }
}

/** Buys on the pure curve, as Computable's Reserve books it: all of an offer joins the reserve. */
async function support(curve: Contract, floor: bigint, { reserve, supply }: Reserve, offers: readonly bigint[]) {
  const prices: bigint[] = []
  const minted: bigint[] = []
  const state = { reserve, supply }
  for (const offer of offers) {
    const buy = (amount: bigint): Promise<bigint> =>
      curve.sharesFor(amount, state.supply, state.reserve, floor * LOT, SPREAD * SHARE)
    // The price is what the first lot costs: the least amount that buys one.
    prices.push(await leastAmount(buy, offer))
    minted.push(await buy(offer))
    state.reserve += offer
    state.supply += minted.at(-1) ?? 0n
  }
  return { prices, minted, state }
}

/** Smallest amount up to `high` that buys anything. */
async function leastAmount(buy: (amount: bigint) => Promise<bigint>, high: bigint): Promise<bigint> {
  let [low, top] = [0n, high]
  while (top - low > 1n) {
    const middle = (low + top) / 2n
    if ((await buy(middle)) === 0n) low = middle
    else top = middle
  }
  return top
}

const decimal = (text: string): bigint => {
  const [whole = '', part = ''] = text.split('.')
  return BigInt(whole + part.padEnd(18, '0'))
}

// The figures are those of Computable's own notebooks and tests.
describe('ComputableCurve.sharesFor', () => {
  it('gives what ten supports of 1,000 get in simple_lifecycle, digit for digit', async () => {
    const { curve } = await loadFixture(deployCurve)
    const offers = Array.from({ length: 10 }, () => 1_000n * ETHER)
    const start = { reserve: 100n * ETHER, supply: ETHER }
    const { prices, minted, state } = await support(curve, 1_000_000n, start, offers)
    const shares = (
      '9.090826447 8.339456442 7.978413785 7.744425851 7.572697093 ' +
      '7.437702187 7.326849715 7.233029823 7.151845746 7.080394132'
    ).split(' ')
    expect(minted).toEqual(shares.map(decimal))
    expect([prices[0], prices[1], prices[9]]).toEqual([110_001_000_000n, 119_911_891_972n, 141_235_075_521n])
    expect(state).toEqual({ reserve: 10_100n * ETHER, supply: decimal('77.955641221') })
  })

  it('gives what supports of an empty reserve get in the initial condition fix', async () => {
    const { curve } = await loadFixture(deployCurve)
    const offers = Array.from({ length: 5 }, () => 1_000n * ETHER)
    const { prices, minted } = await support(curve, 1_000_000n, { reserve: 0n, supply: ETHER }, offers)
    expect(prices).toEqual([1_000_000n, 2_099_998n, 2_490_321n, 2_757_425n, 2_963_931n])
    expect(minted).toEqual([
      1_000_000_000_000_000_000_000_000n,
      476_190_929_705_647_000_000_000n,
      401_554_659_017_853_000_000_000n,
      362_657_189_225_454_000_000_000n,
      337_389_770_544_590_000_000_000n,
    ])
  })

  it('gives what the parameters of the main network give from nothing', async () => {
    const { curve } = await loadFixture(deployCurve)
    const offers = [1n, 1n, 5n, 10n, 100n].map((ether) => ether * ETHER)
    const { prices, minted, state } = await support(curve, 500_000n, { reserve: 0n, supply: 0n }, offers)
    expect(prices).toEqual([500_000n, 1_050_000n, 1_245_161n, 1_605_063n, 1_916_858n])
    const shares = ['2000', '952.38095238', '4015.544977717', '6230.28504177', '52168.705245771']
    expect(minted).toEqual(shares.map(decimal))
    // NAV 0.00178989627735
    expect((state.reserve * ETHER) / state.supply / 10_000n).toBe(178_989_627_735n)
  })

  it('gives what reserve_test of computable.py gets', async () => {
    const { curve } = await loadFixture(deployCurve)
    expect(await curve.sharesFor(ETHER, 2n * ETHER, 0n, 10n ** 12n * LOT, SPREAD * SHARE)).toBe(10n ** 15n)
  })

  it('gives what three supports of 166.67 dollars get at 162 dollars an ether', async () => {
    const { curve } = await loadFixture(deployCurve)
    const offer = (16_667n * ETHER) / 16_200n
    const { prices, state } = await support(curve, 500_000n, { reserve: 0n, supply: 0n }, [offer, offer, offer])
    const cents = (price: bigint) => (price * LOT * 162n * 100n + ETHER / 2n) / ETHER
    expect(prices.map(cents)).toEqual([8n, 17n, 20n])
    expect((state.reserve * 1_000n) / ETHER).toBe(3_086n)
    expect(cents((state.reserve * LOT) / state.supply)).toBe(13n)
  })

  it('gives nothing for less than a lot', async () => {
    const { curve } = await loadFixture(deployCurve)
    expect(await curve.sharesFor(999_999n, ETHER, 0n, 1_000_000n * LOT, SPREAD * SHARE)).toBe(0n)
  })

  it.each([
    ['no price', 0n, SPREAD * SHARE],
    ['a price below that of a lot', LOT - 1n, SPREAD * SHARE],
    ['a price between two floors', LOT + 1n, SPREAD * SHARE],
    ['a spread below 100 percent', LOT, 99n * SHARE],
    ['a spread of no whole percent', LOT, SPREAD * SHARE + 1n],
  ])('knows no meaning of %s', async (_, p0, k) => {
    const { curve } = await loadFixture(deployCurve)
    expect(await revertOf(curve.sharesFor(ETHER, ETHER, ETHER, p0, k))).toEqual({
      name: 'Curve_BadParameters',
      args: [p0, k],
    })
  })

  // A spread at which the worth of a lot is the reserve, and one at which it is a million times as much.
  const [equal, huge] = [10n ** 11n * SHARE, 10n ** 17n * SHARE]

  it.each([
    ['a supply of which a hundred have more than 256 bits', { amount: 1n, supply: 2n ** 250n, reserve: 1n, k: equal }],
    ['a reserve whose worth has more than 256 bits', { amount: 1n, supply: 0n, reserve: 2n ** 255n, k: huge }],
    ['a price of more than 256 bits', { amount: 1n, supply: 0n, reserve: 2n ** 256n - 1n, k: equal }],
    ['shares of more than 256 bits', { amount: 2n ** 255n, supply: 0n, reserve: 0n, k: equal }],
  ])('refuses %s', async (_, { amount, supply, reserve, k }) => {
    const { curve } = await loadFixture(deployCurve)
    expect(await revertOf(curve.sharesFor(amount, supply, reserve, LOT, k))).toEqual({
      name: 'Curve_OutOfRange',
      args: [amount, supply],
    })
  })

  it('computes a price of 256 bits', async () => {
    const { curve } = await loadFixture(deployCurve)
    const largest = 2n ** 256n - 1n
    expect(await curve.sharesFor(largest, 0n, largest - 1n, LOT, equal)).toBe(LOT)
  })
})
