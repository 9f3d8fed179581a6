import { LinearCurve__factory } from '@gristmill/abi'
import { linearCurve } from '@gristmill/curve'
import { describe, expect, it } from 'vitest'
import { startLocalnet } from '../src/index.js'
import { attempt } from './_operations.js'
import { Random } from './_random.js'
import { call, rpc } from './_util.js'

const SEED = 20_261_121
const CURVE_INPUTS = process.env.GRISTMILL_DEEP ? 100_000 : 5_000

describe('linearCurve', () => {
  it(`equals the contract on ${CURVE_INPUTS} inputs`, { timeout: 300_000 }, async () => {
    await using localnet = await startLocalnet()
    const random = new Random(SEED)
    const contract = LinearCurve__factory.createInterface()
    const to = localnet.deployment.linearCurve
    let refused = 0
    for (let done = 0; done < CURVE_INPUTS; done += 500) {
      const inputs = Array.from({ length: 500 }, () => ({
        amount: random.magnitude(112),
        supply: random.magnitude(random.chance(0.05) ? 200 : 120),
        p0: random.magnitude(96),
        k: random.between(10n ** 18n, 10n ** 30n, random.chance(0.5)),
      }))
      const calls = inputs.map(({ amount, supply, p0, k }) =>
        call('eth_call', { to, data: contract.encodeFunctionData('sharesFor', [amount, supply, 0n, p0, k]) }, 'latest'),
      )
      const answers = await rpc(localnet.url, calls)
      for (const [index, input] of inputs.entries()) {
        const { result, error } = answers[index]!
        const expected = attempt(() => linearCurve(input))
        if (typeof expected === 'bigint')
          expect({ input, shares: BigInt(result as string) }).toEqual({ input, shares: expected })
        else {
          refused += 1
          expect(contract.parseError(error!.data!)?.name).toBe('Curve_OutOfRange')
        }
      }
    }
    // Both sides of the bound were met.
    expect(refused).toBeGreaterThan(10)
    expect(refused).toBeLessThan(CURVE_INPUTS / 4)
  })
})
