import { type ModelShape, type Policy, parametersIn, policyFor, type Table } from '@gristmill/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Predictor, predictorOf } from '../model/predictor.js'
import { readSafetensors, writeSafetensors } from '../model/safetensors.js'
import { canonicalTensors } from './canonical-tensors.js'

const number = (name: string) => ({ name, type: 'number' as const, minMicros: 0, maxMicros: 1 })
const tableOf = (classes: number): Table => ({
  features: [number('a'), number('b'), { name: 'c', type: 'category', categories: ['x', 'y'] }],
  label:
    classes === 1
      ? { name: 'l', minMicros: 0, maxMicros: 9 }
      : { name: 'l', classes: Array.from({ length: classes }, (_, index) => `${index}`) },
  ignored: [],
})
const algorithms = [{ digest: `0x${'ab'.repeat(32)}` as const, runtime: 'wasm' as const, parameters: {} }]

const size = fc.integer({ min: 1, max: 4 })
const models: fc.Arbitrary<ModelShape> = fc.oneof(
  fc.constant({ family: 'linear' as const }),
  fc.record({ family: fc.constant('mlp' as const), hidden: fc.array(size, { minLength: 1, maxLength: 2 }) }),
  fc.record({ family: fc.constant('centroids' as const), centroids: size, predicts: fc.boolean() }),
  fc.record({ family: fc.constant('tree-ensemble' as const), trees: size, depth: size }),
)
const policies = fc
  // One class stands for a number, which centroids give no label for.
  .tuple(models, fc.integer({ min: 1, max: 4 }))
  .filter(([model, classes]) => classes > 1 || !('predicts' in model && model.predicts))
  .map(([model, classes]) => policyFor({ table: tableOf(classes), model, algorithms }))

/** Raw outputs that keep a policy. */
const outputsOf = (policy: Policy): fc.Arbitrary<Uint8Array> =>
  fc
    .tuple(
      ...policy.artifact.tensors.map(({ shape, release, range: [min, max] }) => {
        const length = shape.reduce((product, one) => product * one, 1)
        const value = release === 'bf16' ? fc.double({ min, max, noNaN: true }) : fc.integer({ min, max })
        return fc.array(value, { minLength: length, maxLength: length })
      }),
    )
    .map((tensors) => new Uint8Array(Float64Array.from(tensors.flat()).buffer))

const rows = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 4, maxLength: 4 })

/** The scores of every class, or the number. */
const said = (predictor: Predictor, row: Float64Array) =>
  predictor.predicts === 'number' ? [predictor.outputOf(row, 0)] : [...predictor.scoresOf(row, 0)]

const gateOutput = (policy: Policy, raw: Uint8Array) => canonicalTensors(policy.artifact.tensors, raw)
const rawOutputBytes = (policy: Policy) => 8 * parametersIn(policy.artifact)

describe('canonicalTensors', () => {
  it('writes for every family a file that says the same when it is read back', () => {
    const cases = policies.chain((policy) =>
      fc.tuple(fc.constant(policy), outputsOf(policy), fc.array(rows, { minLength: 1, maxLength: 5 })),
    )
    fc.assert(
      fc.property(cases, ([policy, raw, encoded]) => {
        expect(raw.length).toBe(rawOutputBytes(policy))
        const gated = gateOutput(policy, raw)
        if ('broken' in gated) throw new Error(gated.broken)
        const file = writeSafetensors(gated.tensors)
        expect(file.length).toBe(policy.maxBytes)
        const before = predictorOf(gated, policy.table)
        const after = predictorOf(readSafetensors(file), policy.table)
        for (const row of encoded.map((values) => Float64Array.from(values))) {
          const scores = said(before, row)
          expect(said(after, row)).toEqual(scores)
          if (after.predicts !== 'number') expect(after.classify(row, 0)).toBe(scores.indexOf(Math.max(...scores)))
        }
      }),
      { numRuns: 200 },
    )
  })

  it('takes anything, and lets out only what lies on the grid of its tensor', () => {
    const policy = policyFor({
      table: tableOf(2),
      model: { family: 'tree-ensemble', trees: 1, depth: 1 },
      algorithms,
    })
    fc.assert(
      fc.property(fc.uint8Array({ minLength: rawOutputBytes(policy), maxLength: rawOutputBytes(policy) }), (raw) => {
        const gated = gateOutput(policy, raw)
        if ('tensors' in gated) expect(Number.isInteger(gated.tensors[0]!.values[0])).toBe(true)
      }),
    )
    const withFeature = (value: number) => gateOutput(policy, new Uint8Array(Float64Array.of(value, 0, 0, 0).buffer))
    expect(withFeature(3)).toHaveProperty('tensors')
    for (const value of [0.5, -1, 4, Number.NaN]) expect(withFeature(value)).toHaveProperty('broken')
    expect(withFeature(-0)).toEqual(withFeature(0))
  })
})
