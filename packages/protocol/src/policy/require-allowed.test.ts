import { describe, expect, it } from 'vitest'
import type { Hex } from '../hex.js'
import { policyFor } from './policy-for.js'
import { AlgorithmNotAllowedError, ParameterError, parameterNames, requireAllowed } from './require-allowed.js'

const algorithm: Hex = `0x${'ab'.repeat(32)}`
const policy = policyFor({
  table: {
    features: [{ name: 'x', type: 'number', minMicros: 0, maxMicros: 1 }],
    label: { name: 'y', classes: ['0', '1'] },
    ignored: [],
  },
  algorithms: [
    { digest: algorithm, runtime: 'wasm', parameters: { rate: { min: 1, max: 9 }, epochs: { min: 5, max: 100 } } },
  ],
})

describe('requireAllowed', () => {
  it('accepts both ends of every range', () => {
    expect(requireAllowed(policy, { algorithm, parameters: { epochs: 5, rate: 9 } }).digest).toBe(algorithm)
  })

  it('refuses an algorithm that the policy does not name', () => {
    expect(() =>
      requireAllowed(policy, { algorithm: `0x${'00'.repeat(32)}`, parameters: { epochs: 5, rate: 9 } }),
    ).toThrow(AlgorithmNotAllowedError)
  })

  it.each([
    ['too small', { epochs: 4, rate: 1 }],
    ['too large', { epochs: 101, rate: 1 }],
    ['a fraction', { epochs: 5.5, rate: 1 }],
    ['missing', { epochs: 5 }],
    ['unknown', { epochs: 5, rate: 1, seed: 1 }],
    ['inherited', JSON.parse('{"epochs":5,"rate":1,"__proto__":1}')],
  ])('refuses a parameter that is %s', (_name, parameters) => {
    expect(() => requireAllowed(policy, { algorithm, parameters })).toThrow(ParameterError)
  })

  it('orders parameters by name', () => {
    expect(parameterNames(policy.algorithms[0]!)).toEqual(['epochs', 'rate'])
  })
})
