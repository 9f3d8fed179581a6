import { canonicalHash, type Policy } from '@gristmill/protocol'
import {
  AirlockRequiredError,
  createJsExecutor,
  inspectTable,
  type RunParams,
  readSafetensors,
  run,
  TooFewRowsError,
} from '@gristmill/runner'
import { describe, expect, it } from 'vitest'
import { csv, digestOf, numberCsv, numberTable, policyFor as policyOf, RIGHT } from './_policy.js'
import { source } from './_source.js'

const executor = createJsExecutor()
const orderId = canonicalHash('an order')
const BLOCKS = 4

/** What the script of these tests does with a block; its parameter says which. */
const BODIES = {
  right: `output.set([${RIGHT}])`,
  rows: 'output[0] = rows; output[1] = features[0]; output[2] = 1',
  fails: 'throw new Error()',
  failsAtOne:
    'for (let row = 0; row < rows; row++) if (features[3 * row] === 0.42) throw new Error(); output.set([1, 1, 1, 1])',
  forever: 'for (;;) {}',
  strange: 'output.set([NaN, Infinity, -Infinity, 1e300])',
}
type Body = keyof typeof BODIES
const names = Object.keys(BODIES) as Body[]
const script = new TextEncoder().encode(
  `function run({ rows, features, parameters }, output) { switch (parameters[0]) { ${Object.values(BODIES)
    .map((body, index) => `case ${index}: ${body}; break`)
    .join('; ')} } }`,
)
const privacy = {
  mode: 'sample-aggregate',
  epsilonMicros: 1_000_000_000,
  clipMicros: 64_000_000,
  blocks: BLOCKS,
} as const
const policyFor = (changes: Partial<typeof privacy> | object = {}): Policy =>
  policyOf(script, {
    algorithms: [{ digest: digestOf(script), runtime: 'js', parameters: { body: { min: 0, max: 9 } } }],
    privacy: { ...privacy, ...changes },
  })
const runWith = (body: Body, changes: Partial<RunParams> = {}) =>
  run({
    orderId,
    policy: policyFor(),
    algorithm: script,
    parameters: { body: names.indexOf(body) },
    source: source(csv, 1000),
    executor,
    secret: new Uint8Array(32).fill(9),
    ...changes,
  })
/** What more than one test looks at. */
const right = runWith('right')
const valuesOf = ({ released }: { released?: Uint8Array }) =>
  readSafetensors(released!).tensors.flatMap(({ values }) => [...values])

describe('sample-aggregate', () => {
  it('releases the average of all blocks, and nothing that was measured on rows', async () => {
    const result = await right
    expect(result).toMatchObject({ verdict: 'OK', metrics: [], privateLog: { reason: '4 of 4 blocks ended well' } })
    expect(result.privateLog.measurements).toBeUndefined()
    // 128 * 4 values / (1000 * 4 blocks): noise of 0.128.
    for (const [index, value] of valuesOf(result).entries()) expect(Math.abs(value - RIGHT[index]!)).toBeLessThan(3)
  })

  it('draws the same noise when an order is run again, and other noise for what is not the same', async () => {
    const result = await right
    expect(await runWith('right')).toEqual(result)
    const others = [{ orderId: canonicalHash('another') }, { policy: policyFor({ epsilonMicros: 999_999_999 }) }]
    for (const other of others) expect((await runWith('right', other)).releasedHash).not.toBe(result.releasedHash)
  })

  it('averages models of a number, too: blocks get numbers from -1 to 1', async () => {
    const means = new TextEncoder().encode(
      'function run({ rows, classes, labels }, output) { for (const label of labels) output[3] += label / rows; output[0] = classes }',
    )
    const algorithms = [{ digest: digestOf(means), runtime: 'js' as const, parameters: {} }]
    const quiet = { ...privacy, clipMicros: 1_000_000 }
    const policy = policyOf(means, { table: numberTable, algorithms, privacy: quiet })
    const result = await runWith('right', { policy, algorithm: means, parameters: {}, source: source(numberCsv) })
    expect(result).toMatchObject({ verdict: 'OK', privateLog: { reason: '4 of 4 blocks ended well' } })
    // Noise of 2 * 4 / (4 * 1000); the mean of 10 to 31.8 is 20.6 of 10 to 32.
    expect(Math.abs(valuesOf(result)[0]!)).toBeLessThan(0.1)
    expect(Math.abs(valuesOf(result)[3]! - (20.6 - 21) / 11)).toBeLessThan(0.1)
  })

  it('gives every block rows of its own', async () => {
    const { privateLog, ...result } = await runWith('rows')
    // 99 rows in 4 blocks.
    expect(privateLog).toMatchObject({ rows: 100, trainRows: 99 })
    expect(Math.abs(valuesOf(result)[0]! - 99 / BLOCKS)).toBeLessThan(3)
  })

  it.each<[Body, string]>([
    ['fails', '0 of 4'],
    ['failsAtOne', '3 of 4'],
    ['strange', '4 of 4'],
  ])('ends in the same verdict whatever an algorithm does: %s', async (body, reason) => {
    const result = await runWith(body)
    expect(result).toMatchObject({ verdict: 'OK', fuel: (await right).fuel })
    expect(result.privateLog.reason).toContain(reason)
    expect(result.releasedBytes).toBe((await right).releasedBytes)
  })

  it('ends a block that never ends', async () => {
    const result = await runWith('forever', { executor: createJsExecutor({ fuel: 100_000n }) })
    expect(result).toMatchObject({ verdict: 'OK', privateLog: { reason: '0 of 4 blocks ended well' } })
  })

  it('may leave without a review exactly if its epsilon is small', async () => {
    const inspect = (epsilonMicros: number) => {
      const policy = policyFor({ epsilonMicros })
      policy.release.airlock = 'auto'
      return inspectTable({ source: source(csv, 1000), policy, encodedBytesMax: 2 ** 20 })
    }
    await expect(inspect(10_000_000)).resolves.toMatchObject({ rows: 100 })
    await expect(inspect(10_000_001)).rejects.toThrow(AirlockRequiredError)
  })

  it('needs a row for every block', async () => {
    const policy = policyFor({ blocks: 100 })
    expect(await runWith('right', { policy })).toMatchObject({ verdict: 'CHECK', releasedBytes: 0 })
    await expect(inspectTable({ source: source(csv, 1000), policy, encodedBytesMax: 2 ** 20 })).rejects.toThrow(
      TooFewRowsError,
    )
  })
})
