import type { Table } from '@gristmill/protocol'
import { describe, expect, it } from 'vitest'
import { nearestCentroid } from './centroids.js'
import { ModelFormatError, ModelMismatchError, ValueError } from './errors.js'
import { predict } from './predict.js'
import type { Model } from './safetensors.js'
import type { ModelTensor } from './values.js'

const table: Table = {
  features: [
    { name: 'age', type: 'number', minMicros: 0, maxMicros: 100_000_000 },
    { name: 'colour', type: 'category', categories: ['red', 'blue'] },
  ],
  label: { name: 'ill', classes: ['no', 'yes'] },
  ignored: [],
}
const model = (coef: number[], intercept: number[]): Model => ({
  tensors: [
    {
      name: 'coef',
      shape: [intercept.length, coef.length / intercept.length],
      release: 'bf16',
      values: Float64Array.from(coef),
    },
    { name: 'intercept', shape: [intercept.length], release: 'bf16', values: Float64Array.from(intercept) },
  ],
})

const tensor = (
  name: string,
  shape: number[],
  values: number[],
  release: ModelTensor['release'] = 'bf16',
): ModelTensor => ({ name, shape, release, values: Float64Array.from(values) })
const at = (age: number, colour: string) => ({ age, colour })

describe('predict', () => {
  it('answers the second of two classes if the score is above zero', () => {
    const old = model([2, 0, 0], [-1])
    expect(predict(old, table, { age: 51, colour: 'red' })).toEqual({ label: 'yes', classIndex: 1 })
    expect(predict(old, table, { age: '50', colour: 'red' }).label).toBe('no')
  })

  it('reads categories as one-hot', () => {
    const blue = model([0, -1, 1], [0])
    expect(predict(blue, table, { age: 1, colour: 'blue' }).label).toBe('yes')
    expect(predict(blue, table, { age: 1, colour: 'red' }).label).toBe('no')
  })

  it('answers the highest of several scores, the first of equals', () => {
    const three: Table = { ...table, label: { name: 'ill', classes: ['a', 'b', 'c'] } }
    const constant = (intercept: number[]) => model(new Array(9).fill(0), intercept)
    expect(predict(constant([0, 2, 1]), three, { age: 1, colour: 'red' }).label).toBe('b')
    expect(predict(constant([1, 1, 1]), three, { age: 1, colour: 'red' }).label).toBe('a')
  })

  it('answers a number in the unit of its column, kept within its bounds', () => {
    const days: Table = { ...table, label: { name: 'days', minMicros: 10_000_000, maxMicros: 30_000_000 } }
    const slope = model([2, 0, 0.5], [-1])
    expect(predict(slope, days, at(50, 'red'))).toEqual({ label: 20 })
    expect(predict(slope, days, at(50, 'blue'))).toEqual({ label: 25 })
    expect(predict(slope, days, at(100, 'blue'))).toEqual({ label: 30 })
    const centroids = { tensors: [tensor('centroids', [2, 3], [0, 0, 0, 1, 1, 1])] }
    expect(() => predict(centroids, days, at(1, 'red'))).toThrow(ModelMismatchError)
    expect(nearestCentroid(centroids, days, at(1, 'red'))).toBe(0)
  })

  it.each([
    ['an unknown category', { age: 1, colour: 'green' }],
    ['a number out of bounds', { age: 101, colour: 'red' }],
    ['text for a number', { age: 'old', colour: 'red' }],
    ['a missing value', { age: 1 }],
  ])('refuses %s', (_what, row) => {
    expect(() => predict(model([0, 0, 0], [0]), table, row)).toThrow(ValueError)
  })

  it('refuses a model of another table', () => {
    expect(() => predict(model([0, 0], [0]), table, { age: 1, colour: 'red' })).toThrow(ModelMismatchError)
  })
})

describe('predict by a network', () => {
  // Old xor blue: no linear model can.
  const xor: Model = {
    tensors: [
      tensor('w1', [2, 3], [1, 0, 1, 1, 0, 1]),
      tensor('b1', [2], [0, -1]),
      tensor('w2', [1, 2], [1, -2]),
      tensor('b2', [1], [-0.5]),
    ],
  }

  it('puts layers of ReLU between the row and its scores', () => {
    const answers = [at(0, 'red'), at(0, 'blue'), at(100, 'red'), at(100, 'blue')].map(
      (row) => predict(xor, table, row).label,
    )
    expect(answers).toEqual(['no', 'yes', 'yes', 'no'])
  })

  it('may have two of them', () => {
    const [w1, b1] = xor.tensors as [ModelTensor, ModelTensor]
    const identity = [tensor('w2', [2, 2], [1, 0, 0, 1]), tensor('b2', [2], [0, 0])]
    const last = [tensor('w3', [1, 2], [1, -2]), tensor('b3', [1], [-0.5])]
    const deep: Model = { tensors: [w1, b1, ...identity, ...last] }
    expect(predict(deep, table, at(100, 'red')).label).toBe('yes')
    expect(predict(deep, table, at(100, 'blue')).label).toBe('no')
    expect(() => predict({ tensors: [w1, b1, ...last] }, table, at(1, 'red'))).toThrow(ModelMismatchError)
  })
})

describe('predict by centroids', () => {
  const centroids = tensor('centroids', [3, 3], [0, 1, 0, 1, 1, 0, 0.5, 0, 1])
  const labels = tensor('labels', [3], [0, 1, 0], 'u8')

  it('answers the class of the nearest', () => {
    const labelled = { tensors: [centroids, labels] }
    expect(predict(labelled, table, at(80, 'red')).label).toBe('yes')
    expect(predict(labelled, table, at(80, 'blue')).label).toBe('no')
    expect(nearestCentroid(labelled, table, at(80, 'blue'))).toBe(2)
  })

  it('needs labels for a class, but not for the nearest', () => {
    expect(nearestCentroid({ tensors: [centroids] }, table, at(80, 'red'))).toBe(1)
    expect(() => predict({ tensors: [centroids] }, table, at(80, 'red'))).toThrow(ModelMismatchError)
  })

  it('refuses the label of no class', () => {
    const wrong = { tensors: [centroids, tensor('labels', [3], [0, 1, 2], 'u8')] }
    expect(() => predict(wrong, table, at(1, 'red'))).toThrow(ModelFormatError)
  })
})

describe('predict by trees', () => {
  // Blue or not at the root; then, where it is not, above 50 or not.
  const tree: Model = {
    tensors: [
      tensor('feature', [1, 3], [2, 0, 0], 'u8'),
      tensor('threshold', [1, 3], [0.5, 0.5, 2]),
      tensor('leaf', [1, 4, 1], [-1, 1, 2, -3]),
    ],
  }

  it('goes right above a threshold, and left at it', () => {
    const answers = [at(50, 'red'), at(51, 'red'), at(1, 'blue')].map((row) => predict(tree, table, row).label)
    expect(answers).toEqual(['no', 'yes', 'yes'])
  })

  it('sums over trees', () => {
    const twice = (name: string) => {
      const { shape, values, release } = tree.tensors.find((one) => one.name === name)!
      return tensor(name, [2, ...shape.slice(1)], [...values, ...(name === 'leaf' ? [0, -1.5, 0, 0] : values)], release)
    }
    const two: Model = { tensors: ['feature', 'threshold', 'leaf'].map(twice) }
    expect(predict(two, table, at(51, 'red')).label).toBe('no')
  })

  it('refuses a tree that reads beyond the row', () => {
    const [, threshold, leaf] = tree.tensors as [ModelTensor, ModelTensor, ModelTensor]
    const wild = { tensors: [tensor('feature', [1, 3], [3, 0, 0], 'u8'), threshold, leaf] }
    expect(() => predict(wild, table, at(1, 'red'))).toThrow(ModelFormatError)
  })
})
