import { canonicalHash, parsePolicy, trainerBytes, trainerDigest } from '@gristmill/protocol'
import {
  AlgorithmRefusedError,
  createTrainerExecutor,
  histogramOf,
  labelGroups,
  ModelMismatchError,
  NoPredictionError,
  predict,
  type RunParams,
  readSafetensors,
  run,
} from '@gristmill/runner'
import { describe, expect, it } from 'vitest'
import { csv, numberCsv, numberTable, policyFor, table } from './_policy.js'
import { source } from './_source.js'

const executor = createTrainerExecutor()
const trainer = trainerBytes('dp-logistic-regression')
const policyOf = (epsilonMicros: number) =>
  policyFor(trainer, {
    algorithms: [
      {
        digest: trainerDigest('dp-logistic-regression'),
        runtime: 'trainer',
        parameters: { lambdaMicros: { min: 1_000, max: 1_000_000 } },
      },
    ],
    privacy: { mode: 'trusted-dp', epsilonMicros, clipMicros: 1_000_000 },
  })
const runWith = (epsilonMicros: number, changes: Partial<RunParams> = {}) =>
  run({
    orderId: canonicalHash('an order'),
    policy: policyOf(epsilonMicros),
    algorithm: trainer,
    parameters: { lambdaMicros: 1_000 },
    source: source(csv, 1000),
    executor,
    secret: new Uint8Array(32).fill(9),
    ...changes,
  })
const coefficients = async (epsilonMicros: number, changes?: Partial<RunParams>) =>
  readSafetensors((await runWith(epsilonMicros, changes)).released!).tensors.flatMap(({ values }) => [...values])

describe('trusted-dp', () => {
  it('releases what the trainer has learned, without metrics', async () => {
    const result = await runWith(1_000_000_000)
    expect(result).toMatchObject({ verdict: 'OK', metrics: [], privateLog: { rows: 100, trainRows: 99 } })
    const model = readSafetensors(result.released!)
    expect(predict(model, table, { x: 90, side: 'left' }).label).toBe('yes')
    expect(predict(model, table, { x: 10, side: 'left' }).label).toBe('no')
  })

  it('adds more noise for less epsilon, the same again for the same order, and other noise for another', async () => {
    const plain = await coefficients(1_000_000_000)
    const noisy = await coefficients(1_000_000)
    const distance = noisy.reduce((sum, value, index) => sum + Math.abs(value - plain[index]!), 0)
    // Four values with noise of 2 * 2 / (99 * 0.001) = 40 each.
    expect(distance).toBeGreaterThan(1)
    expect(await coefficients(1_000_000)).toEqual(noisy)
    expect(await coefficients(1_000_000, { orderId: canonicalHash('another') })).not.toEqual(noisy)
  })

  it('releases a linear regression, of sums with noise', async () => {
    const algorithm = trainerBytes('dp-linear-regression')
    const regress = async (epsilonMicros: number, orderId = canonicalHash('an order')) => {
      const digest = trainerDigest('dp-linear-regression')
      const base = policyOf(epsilonMicros)
      const policy = parsePolicy({ ...base, algorithms: [{ ...base.algorithms[0], digest }] })
      return readSafetensors((await runWith(epsilonMicros, { algorithm, policy, orderId })).released!)
    }
    const plain = await regress(1_000_000_000)
    expect(predict(plain, table, { x: 90, side: 'left' }).label).toBe('yes')
    expect(predict(plain, table, { x: 10, side: 'left' }).label).toBe('no')
    const noisy = await regress(1_000_000)
    expect(noisy).toEqual(await regress(1_000_000))
    expect(noisy).not.toEqual(plain)
    expect(await regress(1_000_000, canonicalHash('another'))).not.toEqual(noisy)
  })

  it('releases a linear regression of a number, in its unit', async () => {
    const algorithm = trainerBytes('dp-linear-regression')
    const regress = async (epsilonMicros: number) => {
      const digest = trainerDigest('dp-linear-regression')
      const [allowed] = policyOf(epsilonMicros).algorithms
      const policy = policyFor(algorithm, {
        table: numberTable,
        algorithms: [{ ...allowed!, digest }],
        privacy: { mode: 'trusted-dp', epsilonMicros, clipMicros: 2_000_000 },
      })
      const result = await runWith(epsilonMicros, { algorithm, policy, source: source(numberCsv, 1000) })
      expect(result).toMatchObject({ verdict: 'OK', metrics: [] })
      return readSafetensors(result.released!)
    }
    const plain = await regress(1_000_000_000)
    const says = (x: number, side: string) => predict(plain, numberTable, { x, side }).label as number
    // 0.2 x + 10 on the left, and 2 more on the right: but for the ridge and for what rounding leaves.
    expect(Math.abs(says(50, 'left') - 20)).toBeLessThan(0.5)
    expect(Math.abs(says(50, 'right') - 22)).toBeLessThan(0.5)
    expect(Math.abs(says(90, 'left') - says(10, 'left') - 16)).toBeLessThan(1)
    expect(await regress(1_000_000)).not.toEqual(plain)
  })

  it('releases a histogram, which predicts nothing', async () => {
    const algorithm = trainerBytes('dp-histogram')
    const digest = trainerDigest('dp-histogram')
    const count = async (epsilonMicros: number) => {
      const policy = policyFor(algorithm, {
        model: { family: 'histogram', bins: 4 },
        algorithms: [{ digest, runtime: 'trainer', parameters: {} }],
        privacy: { mode: 'trusted-dp', epsilonMicros, clipMicros: 1_000_000 },
      })
      return readSafetensors((await runWith(epsilonMicros, { algorithm, policy, parameters: {} })).released!)
    }
    const plain = await count(1_000_000_000)
    const [{ values, shape } = { values: [], shape: [] as number[] }] = plain.tensors
    expect(shape).toEqual([2, 6])
    const [no, yes] = [values.slice(0, 6), values.slice(6)].map((cells) => [...cells])
    // Of 100 rows one is held back; "yes" is every x above 49.
    const sum = (cells: number[]) => cells.reduce((total, value) => total + value, 0)
    expect(sum(no!.slice(0, 4)) + sum(yes!.slice(0, 4))).toBe(99)
    expect(sum(no!.slice(4)) + sum(yes!.slice(4))).toBe(99)
    expect([...no!.slice(2, 4), ...yes!.slice(0, 1)]).toEqual([0, 0, 0])
    expect(() => predict(plain, table, { x: 90, side: 'left' })).toThrow(NoPredictionError)
    const cells = histogramOf(plain, table)
    expect(cells.map(({ column }) => column)).toEqual(['x', 'x', 'x', 'x', 'side', 'side'])
    expect(cells.map(({ counts }) => counts[1])).toEqual(yes)
    const wider = { ...table, label: { name: 'label', classes: ['no', 'perhaps', 'yes'] } }
    expect(() => histogramOf(plain, wider)).toThrow(ModelMismatchError)
    expect((await count(1_000_000)).tensors).not.toEqual(plain.tensors)
  })

  it('releases a histogram by the bins of a number label', async () => {
    const algorithm = trainerBytes('dp-histogram')
    const policy = policyFor(algorithm, {
      table: numberTable,
      model: { family: 'histogram', bins: 4 },
      algorithms: [{ digest: trainerDigest('dp-histogram'), runtime: 'trainer', parameters: {} }],
      privacy: { mode: 'trusted-dp', epsilonMicros: 1_000_000_000, clipMicros: 1_000_000 },
    })
    const changes = { algorithm, policy, parameters: {}, source: source(numberCsv) }
    const cells = histogramOf(readSafetensors((await runWith(1_000_000_000, changes)).released!), numberTable)
    expect(labelGroups(numberTable, 4)).toEqual(['10 to 15.5', '15.5 to 21', '21 to 26.5', '26.5 to 32'])
    expect(cells.map(({ column }) => column)).toEqual(['x', 'x', 'x', 'x', 'side', 'side'])
    // z is 0.2 x + 10 or 12, from 10 to 31.8: rows lie along the diagonal, and each of 99 counts once for every column.
    const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0)
    expect(sum(cells.slice(0, 4).flatMap(({ counts }) => counts))).toBe(99)
    expect(sum(cells.slice(4).flatMap(({ counts }) => counts))).toBe(99)
    expect(cells[0]!.counts.slice(2)).toEqual([0, 0])
    expect(cells[3]!.counts.slice(0, 2)).toEqual([0, 0])
  })

  it('runs no code but the trainers', async () => {
    const other = new TextEncoder().encode('{"trainer":"mine","version":1}')
    await expect(executor.inspect(other)).rejects.toThrow(AlgorithmRefusedError)
    expect(await executor.execute({ algorithm: other, input: new Uint8Array(64), outputBytes: 8 })).toMatchObject({
      status: 'CONTRACT',
    })
  })
})
