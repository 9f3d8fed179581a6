import { describe, expect, it } from 'vitest'
import { addressSchema } from '../address.js'
import type { Address, Hex } from '../hex.js'
import { releasedBytesOf, safetensorsHeader } from './artifact.js'
import { budgetContradictions } from './budget-contradictions.js'
import { costOf } from './cost.js'
import { explainPolicy } from './explain-policy.js'
import type { ModelShape } from './family-tensors.js'
import { leakBits } from './leak-bits.js'
import { PolicyContradictionError, PolicyMalformedError, PolicyUnsupportedError, parsePolicy } from './parse-policy.js'
import { type Policy, policyHash } from './policy.js'
import { policyFor } from './policy-for.js'
import { releaseSlot } from './release-slot.js'
import type { Table } from './table.js'
import { type Trainer, trainerBytes, trainerDigest, trainerOf } from './trainers.js'

const digest: Hex = `0x${'ab'.repeat(32)}`
const table: Table = {
  features: [
    { name: 'age', type: 'number', minMicros: 0, maxMicros: 120_000_000 },
    { name: 'colour', type: 'category', categories: ['red', 'green', 'blue'] },
  ],
  label: { name: 'ill', classes: ['no', 'yes'] },
  ignored: ['id'],
}
const common: Parameters<typeof policyFor>[0] = {
  table,
  algorithms: [{ digest, runtime: 'wasm', parameters: { epochs: { min: 1, max: 100 } } }],
}
const valid = () => policyFor(common)
const lower = (byte: string): Address => `0x${byte.repeat(20)}`
const address = (byte: string): Address => addressSchema.parse(lower(byte))

/** A valid policy, changed in one place. */
const changed = (change: (policy: Policy) => void) => {
  const policy = structuredClone(valid())
  change(policy)
  return policy
}
const rules = (document: unknown): unknown[] => {
  try {
    parsePolicy(document)
  } catch (error) {
    if (error instanceof PolicyContradictionError) return error.issues.map((issue) => issue.rule)
    throw error
  }
  return []
}

describe('policyFor', () => {
  it('has one score row for two classes and as many as classes for more', () => {
    expect(valid().artifact.tensors.map(({ shape }) => shape)).toEqual([[1, 4], [1]])
    const three = policyFor({
      table: { ...table, label: { name: 'ill', classes: ['a', 'b', 'c'] } },
      algorithms: [{ digest, runtime: 'js', parameters: {} }],
    })
    expect(three.artifact.tensors.map(({ shape }) => shape)).toEqual([[3, 4], [3]])
  })

  it('is accepted, and its hash does not depend on the order of keys', () => {
    const policy = parsePolicy(valid())
    const reversed = Object.fromEntries(Object.entries(policy).reverse()) as Policy
    expect(policyHash(reversed)).toBe(policyHash(policy))
    expect(policyHash(changed((other) => other.table.ignored.push('x')))).not.toBe(policyHash(policy))
  })

  it('leaves no room beyond the model', () => {
    const policy = valid()
    expect(policy.maxBits).toBe(5 * 16)
    expect(policy.maxBytes).toBe(releasedBytesOf(policy.artifact))
    expect(safetensorsHeader(policy.artifact.tensors).length % 8).toBe(0)
  })
})

describe('parsePolicy', () => {
  it.each<[string, (policy: Policy) => void]>([
    ['nearest neighbours', (policy) => Object.assign(policy, { family: 'knn' })],
    ['a support vector machine', (policy) => Object.assign(policy, { family: 'svm-rbf' })],
    ['a Gaussian process', (policy) => Object.assign(policy, { family: 'gaussian-process' })],
    ['a network of rows', (policy) => Object.assign(policy, { family: 'rbf-network' })],
  ])('refuses by name %s', (_name, change) => {
    expect(() => parsePolicy(changed(change))).toThrow(PolicyUnsupportedError)
  })

  it.each<[string, (policy: Policy) => void]>([
    ['an unknown key', (policy) => Object.assign(policy, { note: 'x' })],
    ['an unknown check', (policy) => Object.assign(policy.checks, { scan: { window: 24 } })],
    ['a privacy mode without its epsilon', (policy) => Object.assign(policy.privacy, { mode: 'trusted-dp' })],
    ['an epsilon of nothing', (policy) => Object.assign(policy.privacy, { epsilonMicros: 1 })],
    ['an unknown privacy mode', (policy) => Object.assign(policy.privacy, { mode: 'magic' })],
    ['logs', (policy) => Object.assign(policy, { logs: 'all' })],
    ['a missing failure class', (policy) => policy.failureClasses.pop()],
    ['repeated categories', (policy) => Object.assign(policy.table.features[1]!, { categories: ['a', 'a'] })],
    ['a label with one class', (policy) => Object.assign(policy.table.label, { classes: ['a'] })],
    ['a range that bfloat16 cannot hold', (policy) => Object.assign(policy.artifact.tensors[0]!, { range: [0, 257] })],
    ['a fraction', (policy) => Object.assign(policy, { maxBits: 80.5 })],
    ['a digest that is none', (policy) => Object.assign(policy.algorithms[0]!, { digest: '0x12' })],
  ])('refuses %s', (_name, change) => {
    expect(() => parsePolicy(changed(change))).toThrow(PolicyMalformedError)
  })

  it('takes two reviewers and more, in any case, as the accounts that they are', () => {
    const reviewers = [address('ab'), address('cd')]
    const { release } = policyFor({ ...common, reviewers })
    expect(release).toEqual({ slotSeconds: 3600, airlock: 'two-person', reviewers })
    const lower = changed((policy) =>
      Object.assign(policy, { release: { ...release, reviewers: reviewers.map((one) => one.toLowerCase()) } }),
    )
    expect(parsePolicy(lower).release).toEqual(release)
  })

  it.each<[string, Partial<Policy['release']>]>([
    ['no reviewers', { airlock: 'two-person' }],
    ['one reviewer', { airlock: 'two-person', reviewers: [address('ab')] }],
    ['a reviewer twice', { airlock: 'two-person', reviewers: [address('ab'), address('cd'), address('ab')] }],
    ['a reviewer twice, in another case', { airlock: 'two-person', reviewers: [address('ab'), lower('ab')] }],
    ['reviewers whom nobody asks', { reviewers: [address('ab'), address('cd')] }],
    ['reviewers where a model leaves by itself', { airlock: 'auto', reviewers: [address('ab'), address('cd')] }],
  ])('refuses %s', (_name, release) => {
    expect(rules(changed((policy) => Object.assign(policy.release, release)))).toEqual(['REVIEWERS'])
  })

  it.each<[string, string, (policy: Policy) => void]>([
    ['COLUMN_REPEATED', 'a column twice', (policy) => policy.table.ignored.push('age')],
    [
      'EMPTY_BOUNDS',
      'bounds that do not ascend',
      (policy) => Object.assign(policy.table.features[0]!, { maxMicros: 0 }),
    ],
    [
      'FAMILY_TENSORS',
      'an extra tensor',
      (policy) => policy.artifact.tensors.push({ ...policy.artifact.tensors[0]!, name: 'extra' }),
    ],
    [
      'FAMILY_SHAPE',
      'a shape that does not fit the table',
      (policy) => policy.artifact.tensors[0]!.shape.splice(1, 1, 3),
    ],
    ['EMPTY_RANGE', 'a range that does not ascend', (policy) => policy.artifact.tensors[0]!.range.reverse()],
    ['ALGORITHM_REPEATED', 'an algorithm twice', (policy) => policy.algorithms.push(policy.algorithms[0]!)],
    [
      'EMPTY_PARAMETER',
      'a parameter without values',
      (policy) => Object.assign(policy.algorithms[0]!.parameters.epochs!, { max: 0 }),
    ],
    ['METRIC_REPEATED', 'a metric twice', (policy) => Object.assign(policy.metrics[1]!, { name: 'holdout_accuracy' })],
    ['MAX_BITS', 'fewer bits than the tensors carry', (policy) => Object.assign(policy, { maxBits: 79 })],
    [
      'MAX_BYTES',
      'fewer bytes than the file has',
      (policy) => Object.assign(policy, { maxBytes: policy.maxBytes - 1 }),
    ],
    [
      'BUDGET',
      'a budget below one run',
      (policy) => Object.assign(policy.budget, { bitsPerSponsor: leakBits(policy) - 1 }),
    ],
    ['EPSILON', 'an epsilon that nothing spends', (policy) => Object.assign(policy.budget, { epsilonMicros: 1 })],
    [
      'BUDGET',
      'a sponsor above the budget',
      (policy) => Object.assign(policy.budget, { bitsPerSponsor: policy.budget.bits + 1 }),
    ],
  ])('names %s for %s', (rule, _name, change) => {
    expect(rules(changed(change))).toContain(rule)
    expect(rules(valid())).toEqual([])
  })
})

describe('a privacy mode', () => {
  const blocks = { mode: 'sample-aggregate', epsilonMicros: 500_000, clipMicros: 2_000_000, blocks: 10 } as const
  const algorithms = [{ digest, runtime: 'wasm' as const, parameters: {} }]
  const allowed = () => policyFor({ table, algorithms, privacy: blocks, runs: 4, runsPerSponsor: 2 })
  const rulesAfter = (change: (policy: Policy) => void) => {
    const policy = structuredClone(allowed())
    change(policy)
    return rules(policy)
  }

  it('comes with a budget for its runs, and without metrics', () => {
    expect(allowed().budget).toMatchObject({ epsilonMicros: 2_000_000, epsilonMicrosPerSponsor: 1_000_000 })
    expect(allowed().metrics).toEqual([])
    expect(rulesAfter(() => {})).toEqual([])
  })

  it.each<[string, string, (policy: Policy) => void]>([
    ['PRIVACY_METRIC', 'a metric', (policy) => policy.metrics.push(valid().metrics[0]!)],
    [
      'PRIVACY_CHECK',
      'a floor of use',
      (policy) => Object.assign(policy.checks, { utility: { metric: 'holdout_accuracy', minMicros: 1 } }),
    ],
    [
      'PRIVACY_CHECK',
      'a test of membership',
      (policy) => Object.assign(policy.checks, { membership: { maxTprAt1FprBps: 300, maxGapBps: 500 } }),
    ],
    [
      'PRIVACY_CHECK',
      'a scan',
      (policy) => Object.assign(policy.checks, { scan: { window: 24, decoders: [], numericRowRun: 3 } }),
    ],
    [
      'PRIVACY_CLIP',
      'a range beyond the clip',
      (policy) => Object.assign(policy.artifact.tensors[0]!, { range: [2, 64] }),
    ],
  ])('names %s for %s', (rule, _name, change) => {
    expect(rulesAfter(change)).toEqual([rule])
  })

  it('has no average of trees and labels', () => {
    const models = [
      { family: 'tree-ensemble', trees: 2, depth: 2 },
      { family: 'centroids', centroids: 3, predicts: true },
    ] as const
    for (const model of models) {
      expect(() => policyFor({ table, model, algorithms, privacy: blocks })).toThrow(PolicyContradictionError)
    }
    expect(
      policyFor({ table, model: { family: 'centroids', centroids: 3 }, algorithms, privacy: blocks }),
    ).toBeDefined()
  })
})

describe('a trainer', () => {
  const trainer = {
    digest: trainerDigest('dp-logistic-regression'),
    runtime: 'trainer' as const,
    parameters: { lambdaMicros: { min: 100, max: 100_000 } },
  }
  const privacy = { mode: 'trusted-dp', epsilonMicros: 1_000_000, clipMicros: 1_000_000 } as const
  const trusted = () => policyFor({ table, algorithms: [structuredClone(trainer)], privacy })

  it('is named by the hash of its name', () => {
    expect(trusted().budget.epsilonMicros).toBe(10_000_000)
    expect(new TextDecoder().decode(trainerBytes('dp-logistic-regression'))).toBe(
      '{"trainer":"dp-logistic-regression","version":1}',
    )
    expect(trainerOf(trainer.digest)).toBe('dp-logistic-regression')
    expect(trainerOf(digest)).toBeUndefined()
  })

  it.each<[string, (policy: Policy) => void]>([
    ['an algorithm of somebody else', (policy) => Object.assign(policy.algorithms[0]!, { digest })],
    ['another runtime', (policy) => Object.assign(policy.algorithms[0]!, { runtime: 'wasm' })],
    ['other parameters', (policy) => Object.assign(policy.algorithms[0]!, { parameters: {} })],
    ['too little weight', (policy) => Object.assign(policy.algorithms[0]!.parameters.lambdaMicros!, { min: 99 })],
    [
      'a mode without trust',
      (policy) => Object.assign(policy, { privacy: { ...privacy, mode: 'sample-aggregate', blocks: 2 } }),
    ],
  ])('is refused with %s', (_name, change) => {
    const policy = trusted()
    change(policy)
    expect(rules(policy)).toEqual(['TRAINER'])
  })

  it.each<[Trainer, ModelShape]>([
    ['dp-logistic-regression', { family: 'linear' }],
    ['dp-linear-regression', { family: 'linear' }],
    ['dp-histogram', { family: 'histogram', bins: 5 }],
  ])('learns models of its family only: %s', (name, model) => {
    const parameters = name === 'dp-histogram' ? {} : trainer.parameters
    const algorithms = [{ ...trainer, digest: trainerDigest(name), parameters }]
    expect(policyFor({ table, model, algorithms, privacy }).family).toBe(model.family)
    const others: ModelShape[] = [
      { family: 'linear' },
      { family: 'histogram', bins: 5 },
      { family: 'mlp', hidden: [2] },
    ]
    for (const other of others.filter(({ family }) => family !== model.family)) {
      expect(() => policyFor({ table, model: other, algorithms, privacy })).toThrow(PolicyContradictionError)
    }
  })
})

describe('a number label', () => {
  const ofNumber: Table = { ...table, label: { name: 'days', minMicros: 0, maxMicros: 60_000_000 } }
  const { algorithms } = common
  const number = (changes: Partial<Parameters<typeof policyFor>[0]> = {}) =>
    policyFor({ ...common, table: ofNumber, ...changes })
  const rulesAfter = (change: (policy: Policy) => void, policy = number()) => {
    change(policy)
    return rules(policy)
  }
  const failure = (label: unknown) => {
    try {
      parsePolicy({ ...number(), table: { ...ofNumber, label } })
    } catch (error) {
      return error as PolicyMalformedError
    }
    throw new Error('it was taken')
  }

  it.each<[ModelShape, number[][]]>([
    [{ family: 'linear' }, [[1, 4], [1]]],
    [{ family: 'mlp', hidden: [3] }, [[3, 4], [3], [1, 3], [1]]],
    [
      { family: 'tree-ensemble', trees: 2, depth: 2 },
      [
        [2, 3],
        [2, 3],
        [2, 4, 1],
      ],
    ],
    [{ family: 'centroids', centroids: 2 }, [[2, 4]]],
  ])('is one output of a model, if of any: %j', (model, shapes) => {
    expect(number({ model }).artifact.tensors.map(({ shape }) => shape)).toEqual(shapes)
  })

  it('is measured by R² and by its error, and charged for both', () => {
    expect(number().metrics.map(({ name }) => name)).toEqual(['holdout_r2', 'holdout_rmse'])
    expect(leakBits(number())).toBe(leakBits(valid()))
    expect(number({ minR2Micros: 300_000 }).checks.utility).toEqual({ metric: 'holdout_r2', minMicros: 300_000 })
  })

  it('is said with its bounds, which are public', () => {
    const { algorithms: may, checks } = explainPolicy(
      number({ checks: { membership: { maxTprAt1FprBps: 300, maxGapBps: 500 } } }),
    )
    expect(may.join(' ')).toContain('age, colour and days, a number from 0 to 60, not id.')
    expect(checks.join(' ')).toContain('its R² is at most 0.05 higher on rows it has seen')
  })

  it.each<[string, string, (policy: Policy) => void]>([
    ['METRIC_LABEL', 'a metric of classes', ({ metrics }) => Object.assign(metrics[0]!, { name: 'holdout_accuracy' })],
    ['METRIC_LABEL', 'the area under a curve', ({ metrics }) => Object.assign(metrics[0]!, { name: 'holdout_auc' })],
    [
      'METRIC_LABEL',
      'a least accuracy',
      ({ checks }) => Object.assign(checks, { utility: { metric: 'holdout_accuracy', minMicros: 1 } }),
    ],
    [
      'EMPTY_BOUNDS',
      'bounds that do not ascend',
      (policy) => Object.assign(policy.table, { label: { name: 'days', minMicros: 5, maxMicros: 5 } }),
    ],
  ])('names %s for %s', (rule, _what, change) => {
    expect(rulesAfter(change)).toEqual([rule])
    expect(rulesAfter(() => {})).toEqual([])
  })

  it('has metrics that classes have not', () => {
    expect(rules(changed(({ metrics }) => Object.assign(metrics[0]!, { name: 'holdout_r2' })))).toEqual([
      'METRIC_LABEL',
    ])
  })

  it('takes no floor of an error, of which less is better', () => {
    const policy = number()
    Object.assign(policy.checks, { utility: { metric: 'holdout_rmse', minMicros: 1 } })
    expect(() => parsePolicy(policy)).toThrow(PolicyMalformedError)
  })

  it('has no model that is made of classes', () => {
    expect(rules(classed({ family: 'centroids', centroids: 2, predicts: true }))).toContain('LABEL_FAMILY')
    expect(rules(classed({ family: 'linear' }))).toEqual([])
  })

  /** What a policy with classes has for a model. */
  const classed = (model: ModelShape) => ({ ...policyFor({ table, model, algorithms }), table: ofNumber, metrics: [] })

  it('is cut into bins by a histogram, as the numbers of the rows are', () => {
    const counts = (of: Table) =>
      policyFor({
        table: of,
        model: { family: 'histogram', bins: 5 },
        algorithms: [{ digest: trainerDigest('dp-histogram'), runtime: 'trainer', parameters: {} }],
        privacy: { mode: 'trusted-dp', epsilonMicros: 1_000_000, clipMicros: 1_000_000 },
      })
    expect(counts(ofNumber).artifact.tensors).toMatchObject([{ name: 'counts', shape: [5, 8] }])
    // Where no column is a number the bins are the label's alone.
    const colours = { ...ofNumber, features: ofNumber.features.slice(1) }
    expect(counts(colours).artifact.tensors).toMatchObject([{ shape: [5, 3] }])
    const other = counts(ofNumber)
    Object.assign(other.artifact.tensors[0]!, { shape: [4, 8] })
    expect(rules(other)).toEqual(['FAMILY_SHAPE'])
  })

  it('is learnt by the linear regression alone of the trainers', () => {
    const trained = (trainer: Trainer) => ({
      algorithms: [
        {
          digest: trainerDigest(trainer),
          runtime: 'trainer' as const,
          parameters: { lambdaMicros: { min: 100, max: 100 } },
        },
      ],
      privacy: { mode: 'trusted-dp', epsilonMicros: 1_000_000, clipMicros: 1_000_000 } as const,
    })
    expect(number(trained('dp-linear-regression')).metrics).toEqual([])
    const wrong = { ...number(trained('dp-linear-regression')), ...trained('dp-logistic-regression') }
    expect(rules(wrong)).toEqual(['TRAINER'])
  })

  it('is either classes or bounds, and says which of them is wrong', () => {
    expect(failure({ name: 'days', classes: ['a', 'b'], minMicros: 0, maxMicros: 1 })).toMatchObject({
      code: 'POLICY_MALFORMED',
      issues: [{ path: 'table.label', message: expect.stringContaining('not both') }],
    })
    expect(failure({ name: 'days', minMicros: 0.5, maxMicros: 1 }).issues[0]!.message).toMatch(/^minMicros: /)
    expect(failure({ name: 'days', classes: ['a', 'a'] }).issues[0]!.message).toContain('classes repeat')
    expect(failure({ name: 'days' }).issues[0]!.message).toMatch(/^classes: /)
  })
})

describe('a histogram', () => {
  const histogram = () =>
    policyFor({
      table,
      model: { family: 'histogram', bins: 5 },
      algorithms: [{ digest: trainerDigest('dp-histogram'), runtime: 'trainer', parameters: {} }],
      privacy: { mode: 'trusted-dp', epsilonMicros: 1_000_000, clipMicros: 1_000_000 },
    })

  it('has for every class five cells of a number and one of each category', () => {
    expect(histogram().artifact.tensors).toMatchObject([{ name: 'counts', shape: [2, 8], release: 'bf16' }])
    expect(explainPolicy(histogram()).tells.join(' ')).toContain('counts rows, each once in every column')
  })

  it.each<[string[], string, (policy: Policy) => void]>([
    [['FAMILY_SHAPE'], 'cells that are no whole bins of every number', ({ artifact }) => setCells(artifact, 1)],
    [['FAMILY_SHAPE'], 'one bin', ({ artifact }) => setCells(artifact, 4)],
    [['TRAINER'], 'a clip, which nothing is scaled to', ({ privacy }) => Object.assign(privacy, { clipMicros: 2 })],
    [
      ['PRIVACY_METRIC', 'METRIC_FAMILY'],
      'a metric',
      ({ metrics }) => metrics.push({ name: 'holdout_accuracy', digits: 2, by: 'runner' }),
    ],
  ])('is refused as %j with %s', (broken, _name, change) => {
    const policy = histogram()
    change(policy)
    expect(rules(policy).toSorted()).toEqual(broken.toSorted())
  })

  it('leaves with noise only', () => {
    const exact = { ...histogram(), privacy: { mode: 'none' }, budget: { bits: 10_000, bitsPerSponsor: 10_000 } }
    expect(rules(exact)).toContain('TRAINER')
  })

  const setCells = ({ tensors }: Policy['artifact'], cells: number) => Object.assign(tensors[0]!, { shape: [2, cells] })
})

describe('a budget in epsilon', () => {
  const contradictions = (budget: Partial<Policy['budget']>) => {
    const policy = changed((other) => {
      other.privacy = { mode: 'trusted-dp', epsilonMicros: 50, clipMicros: 1_000_000 }
      Object.assign(other.budget, budget)
    })
    return budgetContradictions(policy).map(({ rule, path }) => `${rule} ${path.join('.')}`)
  }

  it('is needed by a privacy mode, and pays for a run of every sponsor', () => {
    expect(contradictions({ epsilonMicros: 50 })).toEqual([])
    expect(contradictions({ epsilonMicros: 100, epsilonMicrosPerSponsor: 50 })).toEqual([])
    expect(contradictions({})).toEqual(['EPSILON budget.epsilonMicros'])
    expect(contradictions({ epsilonMicros: 49 })).toEqual(['BUDGET budget.epsilonMicros'])
    expect(contradictions({ epsilonMicros: 99, epsilonMicrosPerSponsor: 49 })).toEqual([
      'BUDGET budget.epsilonMicrosPerSponsor',
    ])
    expect(contradictions({ epsilonMicros: 99, epsilonMicrosPerSponsor: 100 })).toEqual(['BUDGET budget.epsilonMicros'])
  })

  it('is spent by runs of that mode only', () => {
    expect(costOf(valid())).toEqual({ bits: leakBits(valid()), epsilonMicros: 0 })
    const { epsilonMicros } = costOf({
      ...valid(),
      privacy: { mode: 'sample-aggregate', epsilonMicros: 7, clipMicros: 1, blocks: 2 },
    })
    expect(epsilonMicros).toBe(7)
  })
})

describe('leakBits', () => {
  it('is 16 per value plus the exact logarithm of everything else that can differ, rounded up', () => {
    // 5 values; two metrics of 1001 values, 8 failure classes, 168 hourly slots in 7 days: 10.0 * 2 + 3 + 7.4 -> 31.
    expect(leakBits(valid())).toBe(5 * 16 + Math.ceil(Math.log2(1001 * 1001 * 8 * 168)))
  })

  it('grows with every digit, metric and slot', () => {
    const bits = leakBits(valid())
    expect(leakBits(changed((policy) => Object.assign(policy.metrics[0]!, { digits: 6 })))).toBeGreaterThan(bits)
    expect(leakBits(changed((policy) => Object.assign(policy.release, { slotSeconds: 1 })))).toBeGreaterThan(bits)
    expect(leakBits(changed((policy) => policy.metrics.pop()))).toBeLessThan(bits)
  })
})

describe('releaseSlot', () => {
  it('is the next boundary, or now if now is one', () => {
    expect([3600, 3601, 7200].map((at) => releaseSlot(valid(), at))).toEqual([3600, 7200, 7200])
  })
})
