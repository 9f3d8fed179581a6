import { canonicalHash, trainerBytes, trainerDigest } from '@gristmill/protocol'
import {
  AlgorithmRefusedError,
  createTrainerExecutor,
  predict,
  type RunParams,
  readSafetensors,
  run,
} from '@gristmill/runner'
import { describe, expect, it } from 'vitest'
import { csv, policyFor, table } from './_policy.js'
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

  it('runs no code but the trainers', async () => {
    const other = new TextEncoder().encode('{"trainer":"mine","version":1}')
    await expect(executor.inspect(other)).rejects.toThrow(AlgorithmRefusedError)
    expect(await executor.execute({ algorithm: other, input: new Uint8Array(64), outputBytes: 8 })).toMatchObject({
      status: 'CONTRACT',
    })
  })
})
