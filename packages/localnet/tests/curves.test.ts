import { errorsInterface, LinearCurve__factory } from '@gristmill/abi'
import {
  CURVE_NAMES,
  CURVES,
  type Curve,
  type CurveName,
  CurveParametersError,
  type CurveParams,
} from '@gristmill/curve'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type StartedLocalnet, startLocalnet } from '../src/index.js'
import { attempt } from './_operations.js'
import { Random } from './_random.js'
import { call, rpc } from './_util.js'

const SEED = 20_261_121
const CURVE_INPUTS = process.env.GRISTMILL_DEEP ? 100_000 : 5_000
const BATCH = 500
const LOT = 10n ** 9n
const SHARE = 10n ** 18n

// All curves have the one function of ICurve.
const contract = LinearCurve__factory.createInterface()
let localnet: StartedLocalnet

beforeAll(async () => {
  localnet = await startLocalnet()
})

afterAll(async () => {
  await localnet.close()
})

/** Mostly what Markets asks; now and then beyond what fits in 256 bits, or a p0 and k without a meaning. */
function drawInput(random: Random, curve: CurveName): CurveParams {
  const isWild = random.chance(0.05)
  const common = {
    amount: random.magnitude(isWild ? 256 : 112),
    supply: random.magnitude(isWild ? 256 : 120),
    reserve: isWild ? random.magnitude(256) - 1n : random.magnitude(128),
    p0: random.magnitude(96),
    k: random.between(SHARE, 10n ** 30n, random.chance(0.5)),
  }
  if (random.chance(0.02)) return common
  if (curve === 'root') {
    // Within what the curve computes: a growth below 2^32.
    const reserve = isWild ? common.reserve : common.reserve + (common.amount >> BigInt(random.below(32)))
    return { ...common, reserve, k: SHARE * BigInt(1 + random.below(16)) }
  }
  if (curve !== 'computable') return common
  // Within what fits in 96 bits.
  const p0 = LOT * random.magnitude(66)
  return { ...common, p0, k: SHARE * (100n + random.magnitude(isWild ? 39 : 10)) }
}

interface Comparison {
  /** Inputs to which chain and mirror answer differently. */
  differing: CurveParams[]
  refused: { Curve_OutOfRange: number; Curve_BadParameters: number }
}

/** Asks a curve on chain and a mirror the same. */
async function compare(name: CurveName, mirror: Curve['sharesFor'], count: number): Promise<Comparison> {
  const random = new Random(SEED)
  const to = localnet.deployment[`${name}Curve`]
  const comparison: Comparison = { differing: [], refused: { Curve_OutOfRange: 0, Curve_BadParameters: 0 } }
  for (let done = 0; done < count; done += BATCH) {
    const inputs = Array.from({ length: BATCH }, () => drawInput(random, name))
    const calls = inputs.map(({ amount, supply, reserve, p0, k }) => {
      const data = contract.encodeFunctionData('sharesFor', [amount, supply, reserve, p0, k])
      return call('eth_call', { to, data }, 'latest')
    })
    const answers = await rpc(localnet.url, calls)
    for (const [index, input] of inputs.entries()) {
      const { result, error } = answers[index]!
      const expected = attempt(() => mirror(input))
      if (typeof expected === 'bigint') {
        if (result === undefined || BigInt(result as string) !== expected) comparison.differing.push(input)
        continue
      }
      const reason = expected instanceof CurveParametersError ? 'Curve_BadParameters' : 'Curve_OutOfRange'
      comparison.refused[reason] += 1
      if (errorsInterface.parseError(error?.data ?? '0x')?.name !== reason) comparison.differing.push(input)
    }
  }
  return comparison
}

describe.each(CURVE_NAMES)('the %s curve', (name) => {
  const { sharesFor } = CURVES[name]

  it(`equals its contract on ${CURVE_INPUTS} inputs`, { timeout: 1_800_000 }, async () => {
    const { differing, refused } = await compare(name, sharesFor, CURVE_INPUTS)
    expect(differing).toEqual([])
    // Both sides of the bounds were met.
    expect(refused.Curve_OutOfRange).toBeGreaterThan(5)
    expect(refused.Curve_OutOfRange + refused.Curve_BadParameters).toBeLessThan(CURVE_INPUTS / 4)
    if (name === 'root' || name === 'computable') expect(refused.Curve_BadParameters).toBeGreaterThan(5)
  })

  it('differs from a mirror that is one share unit off, and from one that refuses nothing', async () => {
    const answered = (params: CurveParams) => typeof attempt(() => sharesFor(params)) === 'bigint'
    const { differing } = await compare(name, (params) => sharesFor(params) + 1n, BATCH)
    expect(differing.length).toBeGreaterThan(BATCH / 2)
    const lax = await compare(name, (params) => (answered(params) ? sharesFor(params) : 0n), BATCH)
    expect(lax.differing.length).toBeGreaterThan(0)
  })
})
