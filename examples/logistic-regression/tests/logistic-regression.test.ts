import { createHash } from 'node:crypto'
import { defaultParameters, parameterRanges, readAlgorithm, ticTacToeCsv } from '@gristmill/example-logistic-regression'
import { canonicalHash, type Hex, leakBits, policyFor, rowsAtMost } from '@gristmill/protocol'
import { createWasmExecutor, inferTable, predict, readSafetensors, run } from '@gristmill/runner'
import { describe, expect, it } from 'vitest'

const executor = createWasmExecutor()
const algorithm = await readAlgorithm()
const digest: Hex = `0x${createHash('sha256').update(algorithm).digest('hex')}`

async function* source(text: string) {
  yield new TextEncoder().encode(text)
}

const train = async (csv: string, n = 0) => {
  const { table, size } = await inferTable({ source: source(csv) })
  const policy = policyFor({ table, algorithms: [{ digest, runtime: 'wasm', parameters: parameterRanges }] })
  const result = await run({
    orderId: canonicalHash(n),
    policy,
    algorithm,
    parameters: defaultParameters,
    source: source(csv),
    executor,
    secret: new Uint8Array(32).fill(5),
  })
  return { table, size, policy, result, measurements: result.privateLog.measurements }
}

describe('logistic regression', () => {
  it('learns the endgames of tic-tac-toe to about 98 % on rows it did not see', async () => {
    const csv = ticTacToeCsv()
    expect(csv.split('\n')).toHaveLength(1 + 958 + 1)
    const accuracies: number[] = []
    for (let n = 0; n < 5; n++) {
      const { result, measurements } = await train(csv, n)
      expect(result.verdict).toBe('OK')
      expect(measurements!.holdout_majority).toBeLessThan(0.75)
      accuracies.push(measurements!.holdout_accuracy!)
    }
    expect(accuracies.reduce((sum, accuracy) => sum + accuracy) / 5).toBeGreaterThan(0.97)
  })

  it('releases the same model in every run, and one that can be used', async () => {
    const [first, second] = [await train(ticTacToeCsv()), await train(ticTacToeCsv())]
    expect(second.result.releasedHash).toBe(first.result.releasedHash)
    expect(second.result.privateLog.fuelUsed).toBe(first.result.privateLog.fuelUsed)
    const names = first.table.features.map(({ name }) => name)
    const won = Object.fromEntries([...'xxxoobbbb'].map((mark, square) => [names[square] ?? '', mark]))
    expect(predict(readSafetensors(first.result.released!), first.table, won).label).toBe('positive')
    expect(rowsAtMost(leakBits(first.policy), first.size)).toBeLessThan(40)
  })

  it('learns three classes of numbers', async () => {
    const rows = Array.from({ length: 300 }, (_, n) => {
      const [x, y] = [(n * 37) % 100, (n * 61) % 97]
      return `${x},${y},${x > 60 ? 'right' : y > 50 ? 'high' : 'low'}`
    })
    const { measurements } = await train(`x,y,where\n${rows.join('\n')}\n`)
    expect(measurements!.holdout_accuracy).toBeGreaterThan(0.85)
    expect(measurements!.holdout_accuracy).toBeGreaterThan(measurements!.holdout_majority! + 0.2)
  })
})
