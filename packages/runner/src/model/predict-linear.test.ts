import type { Table } from '@gristmill/protocol'
import { describe, expect, it } from 'vitest'
import { ModelMismatchError, ValueError } from './errors.js'
import { predictLinear } from './predict-linear.js'
import type { Model } from './safetensors.js'

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
    { name: 'coef', shape: [intercept.length, coef.length / intercept.length], values: Float64Array.from(coef) },
    { name: 'intercept', shape: [intercept.length], values: Float64Array.from(intercept) },
  ],
})

describe('predictLinear', () => {
  it('answers the second of two classes if the score is above zero', () => {
    const old = model([2, 0, 0], [-1])
    expect(predictLinear(old, table, { age: 51, colour: 'red' })).toEqual({ label: 'yes', classIndex: 1 })
    expect(predictLinear(old, table, { age: '50', colour: 'red' }).label).toBe('no')
  })

  it('reads categories as one-hot', () => {
    const blue = model([0, -1, 1], [0])
    expect(predictLinear(blue, table, { age: 1, colour: 'blue' }).label).toBe('yes')
    expect(predictLinear(blue, table, { age: 1, colour: 'red' }).label).toBe('no')
  })

  it('answers the highest of several scores, the first of equals', () => {
    const three: Table = { ...table, label: { name: 'ill', classes: ['a', 'b', 'c'] } }
    const constant = (intercept: number[]) => model(new Array(9).fill(0), intercept)
    expect(predictLinear(constant([0, 2, 1]), three, { age: 1, colour: 'red' }).label).toBe('b')
    expect(predictLinear(constant([1, 1, 1]), three, { age: 1, colour: 'red' }).label).toBe('a')
  })

  it.each([
    ['an unknown category', { age: 1, colour: 'green' }],
    ['a number out of bounds', { age: 101, colour: 'red' }],
    ['text for a number', { age: 'old', colour: 'red' }],
    ['a missing value', { age: 1 }],
  ])('refuses %s', (_what, row) => {
    expect(() => predictLinear(model([0, 0, 0], [0]), table, row)).toThrow(ValueError)
  })

  it('refuses a model of another table', () => {
    expect(() => predictLinear(model([0, 0], [0]), table, { age: 1, colour: 'red' })).toThrow(ModelMismatchError)
  })
})
