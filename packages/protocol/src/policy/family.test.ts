import { describe, expect, it } from 'vitest'
import type { Hex } from '../hex.js'
import { releasedBytesOf, safetensorsHeader } from './artifact.js'
import type { ModelShape } from './family-tensors.js'
import { bitsIn } from './layout.js'
import { leakBits } from './leak-bits.js'
import { PolicyContradictionError, PolicyMalformedError, PolicyUnsupportedError, parsePolicy } from './parse-policy.js'
import type { Policy } from './policy.js'
import { policyFor } from './policy-for.js'
import type { Table } from './table.js'

const digest: Hex = `0x${'ab'.repeat(32)}`
const number = (name: string) => ({ name, type: 'number' as const, minMicros: 0, maxMicros: 1 })
const table: Table = {
  features: [number('a'), number('b'), number('c'), number('d')],
  label: { name: 'l', classes: ['x', 'y', 'z'] },
  ignored: [],
}
const policyOf = (model: ModelShape, of = table) =>
  policyFor({ table: of, model, algorithms: [{ digest, runtime: 'wasm', parameters: {} }] })
const trees = () => policyOf({ family: 'tree-ensemble', trees: 5, depth: 3 })
const mlp = () => policyOf({ family: 'mlp', hidden: [7] })
const centroids = () => policyOf({ family: 'centroids', centroids: 6, predicts: true })
const shapesOf = ({ artifact }: Policy) =>
  Object.fromEntries(artifact.tensors.map(({ name, shape, release }) => [name, [release, ...shape]]))
const changed = (policy: Policy, change: (policy: Policy) => void) => {
  const copy = structuredClone(policy)
  change(copy)
  return copy
}
const rulesOf = (document: unknown): unknown[] => {
  try {
    parsePolicy(document)
  } catch (error) {
    if (error instanceof PolicyContradictionError) return error.issues.map((issue) => issue.rule)
    throw error
  }
  return []
}

describe('a family', () => {
  it('fixes the tensors of a network of one or two hidden layers', () => {
    expect(shapesOf(mlp())).toEqual({
      w1: ['bf16', 7, 4],
      b1: ['bf16', 7],
      w2: ['bf16', 3, 7],
      b2: ['bf16', 3],
    })
    const deep = shapesOf(policyOf({ family: 'mlp', hidden: [7, 2] }))
    expect(deep).toMatchObject({ w2: ['bf16', 2, 7], w3: ['bf16', 3, 2] })
    expect(() => policyOf({ family: 'mlp', hidden: [7, 2, 2] })).toThrow(PolicyContradictionError)
  })

  it('fixes the tensors of centroids, which predict with labels only', () => {
    expect(shapesOf(centroids())).toEqual({ centroids: ['bf16', 6, 4], labels: ['u8', 6] })
    const silent = policyOf({ family: 'centroids', centroids: 6 })
    expect(shapesOf(silent)).toEqual({ centroids: ['bf16', 6, 4] })
    expect(silent.metrics).toEqual([])
    const measured = changed(silent, (policy) => Object.assign(policy, { metrics: centroids().metrics }))
    expect(rulesOf(measured)).toContain('METRIC_FAMILY')
  })

  it('fixes the tensors of trees: one depth, no pointers', () => {
    const policy = trees()
    expect(shapesOf(policy)).toEqual({
      feature: ['u8', 5, 7],
      threshold: ['bf16', 5, 7],
      leaf: ['bf16', 5, 8, 3],
    })
    expect(policy.maxBits).toBe(5 * (7 * 8 + 7 * 16 + 8 * 3 * 16))
    expect(policy.artifact.tensors[0]!.range).toEqual([0, 3])
  })

  it('takes the narrowest grid that holds every value', () => {
    const wide: Table = { ...table, features: Array.from({ length: 257 }, (_, index) => number(`f${index}`)) }
    expect(shapesOf(policyOf({ family: 'tree-ensemble', trees: 1, depth: 1 }, wide)).feature).toEqual(['u16', 1, 1])
    const narrow: Table = { ...table, features: [number('only')] }
    expect(policyOf({ family: 'tree-ensemble', trees: 1, depth: 1 }, narrow).artifact.tensors[0]!.range).toEqual([0, 0])
  })

  it('is charged the bits of its grids, and its file has no byte more', () => {
    for (const policy of [mlp(), centroids(), trees()]) {
      expect(policy.maxBits).toBe(bitsIn(policy.artifact))
      expect(policy.maxBytes).toBe(releasedBytesOf(policy.artifact))
      const rest = Math.ceil(Math.log2(1001 * 1001 * 8 * 168))
      expect(leakBits(policy)).toBe(policy.maxBits + rest)
      expect(policy.maxBytes).toBe(8 + safetensorsHeader(policy.artifact.tensors).length + bitsIn(policy.artifact) / 8)
    }
  })

  it('that stores rows says why it may not leave', () => {
    const document = { ...mlp(), family: 'knn' }
    expect(() => parsePolicy(document)).toThrow(PolicyUnsupportedError)
    expect(() => parsePolicy(document)).toThrow(/stores rows/)
    expect(() => parsePolicy({ ...mlp(), family: 'magic' })).toThrow(PolicyMalformedError)
  })

  it.each<[string, string, Policy, (policy: Policy) => void]>([
    ['FAMILY_TENSORS', 'a missing tensor', mlp(), (policy) => policy.artifact.tensors.pop()],
    ['FAMILY_TENSORS', 'the tensors of another family', trees(), (policy) => Object.assign(policy, { family: 'mlp' })],
    [
      'FAMILY_SHAPE',
      'layers that do not fit',
      mlp(),
      (policy) => Object.assign(policy.artifact.tensors[2]!, { shape: [3, 6] }),
    ],
    [
      'FAMILY_SHAPE',
      'trees that are not complete',
      trees(),
      (policy) => Object.assign(policy.artifact.tensors[0]!, { shape: [5, 6] }),
    ],
    [
      'FAMILY_SHAPE',
      'fewer labels than centroids',
      centroids(),
      (policy) => Object.assign(policy.artifact.tensors[1]!, { shape: [5] }),
    ],
    [
      'FAMILY_RELEASE',
      'a real number for a column',
      trees(),
      (policy) => Object.assign(policy.artifact.tensors[0]!, { release: 'bf16' }),
    ],
    [
      'FAMILY_RELEASE',
      'a whole number for a weight',
      mlp(),
      (policy) => Object.assign(policy.artifact.tensors[0]!, { release: 'u8', range: [0, 255] }),
    ],
    [
      'FAMILY_RANGE',
      'a column beyond the row',
      trees(),
      (policy) => Object.assign(policy.artifact.tensors[0]!, { range: [0, 4] }),
    ],
    [
      'FAMILY_RANGE',
      'a label beyond the classes',
      centroids(),
      (policy) => Object.assign(policy.artifact.tensors[1]!, { range: [0, 3] }),
    ],
    [
      'CHECK_FAMILY',
      'a check of trees without any',
      mlp(),
      (policy) => Object.assign(policy.checks, { tree: { minLeaf: 1, maxDepth: 3 } }),
    ],
    [
      'MAX_DEPTH',
      'trees deeper than they may be',
      trees(),
      (policy) => Object.assign(policy.checks, { tree: { minLeaf: 1, maxDepth: 2 } }),
    ],
    [
      'METRIC_CLASSES',
      'the metric of two classes for three',
      mlp(),
      (policy) => Object.assign(policy.metrics[0]!, { name: 'holdout_auc' }),
    ],
    [
      'METRIC_CLASSES',
      'the utility of two classes for three',
      mlp(),
      (policy) => Object.assign(policy.checks, { utility: { metric: 'holdout_auc', minMicros: 1 } }),
    ],
    [
      'SCAN_BYTES',
      'a scan of more than is scanned',
      mlp(),
      (policy) => {
        policy.maxBytes = 2 ** 22
        policy.checks.scan = { window: 24, decoders: [], numericRowRun: 3 }
      },
    ],
  ])('names %s for %s', (rule, _what, policy, change) => {
    expect(rulesOf(changed(policy, change))).toContain(rule)
    expect(rulesOf(policy)).toEqual([])
  })

  it('of trees is checked for small leaves by default', () => {
    expect(trees().checks.tree).toEqual({ minLeaf: 10, maxDepth: 3 })
    expect(mlp().checks.tree).toBeUndefined()
  })

  it('has bounds on the grid of each tensor', () => {
    for (const range of [
      [0, 256],
      [-1, 3],
    ]) {
      const document = changed(trees(), (policy) => Object.assign(policy.artifact.tensors[0]!, { range }))
      expect(() => parsePolicy(document)).toThrow(PolicyMalformedError)
    }
  })
})
