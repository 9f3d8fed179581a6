import { createHash } from 'node:crypto'
import {
  AlgorithmNotAllowedError,
  canonicalHash,
  leakBits,
  ParameterError,
  type Policy,
  type PolicyForParams,
  ZERO_BYTES32,
} from '@gristmill/protocol'
import {
  createWasmExecutor,
  evaluate,
  predict,
  type RunParams,
  readSafetensors,
  run,
  TableMismatchError,
  TableTooLargeError,
  WeakSecretError,
} from '@gristmill/runner'
import { describe, expect, it } from 'vitest'
import { csv, digestOf, numberCsv, numberTable, policyFor, RIGHT, RIGHT_NUMBER, table } from './_policy.js'
import { source } from './_source.js'
import { assemble, choosing, wat, writing } from './_wat.js'

const executor = createWasmExecutor({ fuel: 100_000_000n })
const orderId = canonicalHash('an order')

const field = (at: number, offset: number) =>
  `(f64.store offset=${at} (local.get $output) (f64.convert_i32_s (i32.load offset=${offset} (local.get $input))))`
const reading = (offsets: number[]) =>
  `${offsets.map((offset, index) => field(8 * index, offset)).join(' ')} (local.get $outputBytes)`

/** What the algorithm of these tests may do; its parameter says which. */
const BODIES = {
  right: writing(RIGHT),
  wrong: writing(RIGHT.map((value) => -value)),
  constant: writing([0, 0, 0, 1]),
  imprecise: writing([64, 0, 0, -29]),
  notANumber: writing([Number.NaN, 0, 0, 0]),
  infinite: writing([Number.POSITIVE_INFINITY, 0, 0, 0]),
  large: writing([65, 0, 0, 0]),
  hiding: writing(RIGHT.map((value) => value * (1 - 2 ** -30))),
  zeros: writing([1, 0, 0, 0]),
  negativeZeros: writing([1, -0, -0, -1e-50]),
  further: writing(RIGHT, 8),
  shorter: writing(RIGHT.slice(1)),
  beside:
    '(memory.copy (i32.add (local.get $output) (local.get $outputBytes)) (local.get $input) (i32.const 400)) (local.get $outputBytes)',
  traps: '(unreachable)',
  busy: '(loop $l (br_if $l (i32.lt_u (local.tee $k (i32.add (local.get $k) (i32.const 1))) (i32.const 1000)))) (local.get $outputBytes)',
  readsHeader: reading([0, 4, 8, 12]),
  readsRest: reading([16, 20, 56, 60]),
}
type Body = keyof typeof BODIES
const names = Object.keys(BODIES) as Body[]
const algorithm = assemble(
  wat({ run: `(local $k i32) ${choosing('(i32.load offset=56 (local.get $input))', Object.values(BODIES))}` }),
)

const runWith = (body: Body, policy: Policy = policyFor(algorithm), changes: Partial<RunParams> = {}) =>
  run({
    orderId,
    policy,
    algorithm,
    parameters: { body: names.indexOf(body) },
    source: source(csv, 1000),
    executor,
    secret: new Uint8Array(32).fill(9),
    ...changes,
  })

describe('a run that keeps the policy', () => {
  it('releases a model, its hash and the metrics of rows it did not see', async () => {
    const result = await runWith('right')
    expect(result).toMatchObject({ verdict: 'OK', privateLog: { rows: 100, trainRows: 80, holdoutRows: 20 } })
    expect(result.releasedHash).toBe(digestOf(result.released!))
    expect(result.metrics.map(({ name }) => name)).toEqual(['holdout_accuracy', 'holdout_majority'])
    expect(result.metrics[0]!.micros).toBe(1_000_000)
    expect(result.leakBits).toBe(leakBits(policyFor(algorithm)))
    const model = readSafetensors(result.released!)
    expect(predict(model, table, { x: 80, side: 'left' }).label).toBe('yes')
    expect(predict(model, table, { x: 20, side: 'left' }).label).toBe('no')
  })

  it('is the same every time, whatever chunks the data comes in', async () => {
    const runs = [await runWith('right'), await runWith('right', undefined, { source: source(csv, 3) })]
    expect(runs[1]).toEqual(runs[0])
  })

  it('holds back other rows for another order and another secret', async () => {
    const share = async (changes: Partial<RunParams>) =>
      (await runWith('constant', undefined, changes)).privateLog.measurements!.holdout_accuracy!
    const shares = new Set<number>()
    for (let n = 0; n < 4; n++) shares.add(await share({ orderId: canonicalHash(n) }))
    for (let n = 0; n < 4; n++) shares.add(await share({ secret: new Uint8Array(32).fill(n) }))
    expect(shares.size).toBeGreaterThan(1)
  })

  it('tells the most it could use, not what it used', async () => {
    const [short, long] = [await runWith('right'), await runWith('busy')]
    expect(long.privateLog.fuelUsed).not.toBe(short.privateLog.fuelUsed)
    expect(long.fuel).toBe(short.fuel)
  })

  it('salts the hash of the raw output', async () => {
    const result = await runWith('right')
    const raw = new Float64Array(RIGHT)
    const hash = createHash('sha256').update(result.salt).update(new Uint8Array(raw.buffer)).digest('hex')
    expect(result.rawOutputHash).toBe(`0x${hash}`)
    expect((await runWith('right', undefined, { orderId: canonicalHash('other') })).rawOutputHash).not.toBe(
      result.rawOutputHash,
    )
  })

  it('hands over exactly the documented input', async () => {
    const values = async (body: Body) => {
      const { released } = await runWith(body, policyFor(algorithm, { range: [-128, 128] }))
      const [coef, intercept] = readSafetensors(released!).tensors
      return [...coef!.values, ...intercept!.values]
    }
    expect(await values('readsHeader')).toEqual([80, 3, 2, 1])
    expect(await values('readsRest')).toEqual([4, 0, names.indexOf('readsRest'), 0])
  })
})

describe('a gate', () => {
  it('lets out only finite numbers', async () => {
    for (const body of ['notANumber', 'infinite'] as const) {
      expect(await runWith(body)).toMatchObject({ verdict: 'CONTRACT', releasedHash: ZERO_BYTES32, metrics: [] })
    }
    expect((await runWith('zeros')).verdict).toBe('OK')
  })

  it('lets out only numbers in range, and more if the range is wider', async () => {
    expect((await runWith('large')).verdict).toBe('CONTRACT')
    expect((await runWith('large', policyFor(algorithm, { range: [-128, 128] }))).verdict).toBe('OK')
  })

  it('lets out no further tensor, no shorter one, and nothing that was written beside the output', async () => {
    expect((await runWith('further')).verdict).toBe('CONTRACT')
    expect((await runWith('shorter')).verdict).toBe('CONTRACT')
    const result = await runWith('beside')
    expect(readSafetensors(result.released!).tensors.flatMap(({ values }) => [...values])).toEqual([0, 0, 0, 0])
  })

  it('rounds away whatever hides in the low bits, and says so with the same hash', async () => {
    const [honest, stripped] = [await runWith('right'), await runWith('hiding')]
    expect(stripped.releasedHash).toBe(honest.releasedHash)
    expect(stripped.rawOutputHash).not.toBe(honest.rawOutputHash)
  })

  it('has no negative zero to tell apart from zero', async () => {
    const [plus, minus] = [await runWith('zeros'), await runWith('negativeZeros')]
    expect(minus.releasedHash).toBe(plus.releasedHash)
  })

  it('asks for enough rows per parameter before the algorithm sees any', async () => {
    const policy = policyFor(algorithm, { minRowsPerParam: 21 })
    expect(await runWith('right', policy)).toMatchObject({ verdict: 'CHECK', privateLog: { fuelUsed: 0n } })
    expect((await runWith('right', policyFor(algorithm, { minRowsPerParam: 20 }))).verdict).toBe('OK')
  })

  it('asks for the accuracy that the policy asks for', async () => {
    const failed = await runWith('wrong', policyFor(algorithm, { minAccuracyMicros: 600_000 }))
    expect(failed).toMatchObject({ verdict: 'CHECK', releasedBytes: 0, metrics: [] })
    expect(failed.released).toBeUndefined()
    expect((await runWith('wrong')).verdict).toBe('OK')
    expect((await runWith('right', policyFor(algorithm, { minAccuracyMicros: 600_000 }))).verdict).toBe('OK')
  })

  it('tells the owner which check failed and by how much, and the sponsor nothing of it', async () => {
    const scan = { window: 24, decoders: [], numericRowRun: 2 }
    const policy = policyFor(algorithm, { minAccuracyMicros: 600_000, checks: { scan } })
    const { privateLog, ownerLogs: _logs, salt: _salt, ...told } = await runWith('wrong', policy)
    expect(privateLog.findings!.map(({ check, isMet }) => [check, isMet])).toEqual([
      ['utility', false],
      ['scan', true],
      ['scan', true],
    ])
    expect(privateLog.reason).toMatch(/^utility: holdout_accuracy .* limit 600000$/)
    expect(JSON.stringify(told, (_key, value) => (typeof value === 'bigint' ? `${value}` : value))).not.toMatch(
      /utility|scan|accuracy/,
    )
  })

  it('makes no membership check that could not see 1 % of the held-back rows', async () => {
    const membership = { maxTprAt1FprBps: 10_000, maxGapBps: 10_000 }
    const refused = await runWith('right', policyFor(algorithm, { checks: { membership } }))
    expect(refused).toMatchObject({ verdict: 'CHECK', privateLog: { fuelUsed: 0n } })
  })

  it('ends a check that takes too long in CHECK, and charges it', async () => {
    const slow = await runWith('right', undefined, { gateTimeoutMs: 1 })
    expect(slow).toMatchObject({ verdict: 'CHECK', releasedBytes: 0, privateLog: { reason: 'gate: time limit' } })
    const inTime = await runWith('right')
    expect(inTime.verdict).toBe('OK')
    expect(slow.leakBits).toBe(inTime.leakBits)
  })

  it('charges a failed run like one that succeeded', async () => {
    const result = await runWith('traps')
    expect(result.verdict).toBe('ALGO_ERROR')
    expect(result.leakBits).toBe((await runWith('right')).leakBits)
  })

  it('measures the model as released, rounded to the digits of the policy', async () => {
    const exact = (await runWith('imprecise')).privateLog.measurements!.holdout_accuracy!
    const coarse = await runWith('imprecise', policyFor(algorithm, { metricDigits: 1 }))
    expect(coarse.metrics[0]!.micros).toBe(Math.round(exact * 10) * 100_000)
  })
})

describe('a run on a number label', () => {
  // The first and the last label of the 80 rows, and the first feature: labels are 8 bytes each.
  const labelsAt = 64
  const load = (at: number, from: number) =>
    `(f64.store offset=${at} (local.get $output) (f64.load offset=${from} (local.get $input)))`
  const bodies = {
    right: writing(RIGHT_NUMBER),
    wrong: writing(RIGHT_NUMBER.map((value) => -value)),
    reads: `${load(0, labelsAt)} ${load(8, labelsAt + 8 * 79)} ${load(16, labelsAt + 8 * 80)} (f64.store offset=24 (local.get $output) (f64.convert_i32_s (i32.load offset=8 (local.get $input)))) (local.get $outputBytes)`,
  }
  type Body = keyof typeof bodies
  const moduleOf = (version: number) =>
    assemble(
      wat({
        run: choosing('(i32.load offset=56 (local.get $input))', Object.values(bodies)),
        abi: `(i32.const ${version})`,
      }),
    )
  const module = moduleOf(2)
  const runNumber = (body: Body, changes: Partial<RunParams> = {}, params: Partial<PolicyForParams> = {}) =>
    runWith('right', policyFor(changes.algorithm ?? module, { table: numberTable, ...params }), {
      algorithm: module,
      parameters: { body: Object.keys(bodies).indexOf(body) },
      source: source(numberCsv, 1000),
      ...changes,
    })

  it('releases a model of one output, which predicts in the unit of the label, and how good it is', async () => {
    const result = await runNumber('right')
    expect(result).toMatchObject({ verdict: 'OK', privateLog: { rows: 100, trainRows: 80, holdoutRows: 20 } })
    expect(result.metrics).toEqual([
      { name: 'holdout_r2', micros: 1_000_000 },
      { name: 'holdout_rmse', micros: expect.toSatisfy((micros: number) => micros <= 5_000) },
    ])
    const model = readSafetensors(result.released!)
    expect(predict(model, numberTable, { x: 50, side: 'right' }).label).toBeCloseTo(22, 0)
    const own = await evaluate({ model, table: numberTable, source: source(numberCsv) })
    if ('accuracy' in own) expect.fail('expected numbers')
    expect(own.r2).toBeGreaterThan(0.999)
    expect(own.mae).toBeLessThanOrEqual(own.rmse)
    expect(own.rmse).toBeLessThan(0.1)
  })

  it('hands over numbers from -1 to 1, eight bytes each, and no classes', async () => {
    const { released } = await runNumber('reads')
    const [coef, intercept] = readSafetensors(released!).tensors
    const [first, last, x] = coef!.values as unknown as [number, number, number]
    expect(first).toBeGreaterThanOrEqual(-1)
    expect(first).toBeLessThan(-0.6)
    expect(last).toBeGreaterThan(0.6)
    expect(x).toBeLessThan(0.1)
    expect([...intercept!.values]).toEqual([0])
  })

  it('is not begun by a module that knows classes only; on classes both run', async () => {
    const algorithm = moduleOf(1)
    expect(await runNumber('right', { algorithm })).toMatchObject({
      verdict: 'CONTRACT',
      privateLog: { reason: 'abi version, number labels need 2' },
    })
    for (const either of [algorithm, module]) {
      const classes = { algorithm: either, source: source(csv, 1000) }
      expect((await runNumber('right', classes, { table })).verdict).toBe('OK')
    }
  })

  it('tells an R² below 0 as 0, an error beyond the range as 1, and the owner what they are', async () => {
    const { metrics, privateLog } = await runNumber('wrong')
    expect(metrics).toEqual([
      { name: 'holdout_r2', micros: 0 },
      { name: 'holdout_rmse', micros: expect.toSatisfy((micros: number) => micros > 300_000) },
    ])
    expect(privateLog.measurements!.holdout_r2).toBeLessThan(-1)
  })

  it('asks for the R² that the policy asks for', async () => {
    const params = { minR2Micros: 900_000 }
    expect(await runNumber('wrong', {}, params)).toMatchObject({ verdict: 'CHECK', metrics: [] })
    expect((await runNumber('right', {}, params)).verdict).toBe('OK')
  })

  it('is refused for a number beyond the bounds of the policy, and for what is no number', async () => {
    for (const wrong of ['9.9', '32.1', 'long', '', 'NaN']) {
      const text = numberCsv.replace('r5,5,left,11.0', `r5,5,left,${wrong}`)
      const error = await runNumber('right', { source: source(text) }).catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ code: 'TABLE_MISMATCH', details: { line: 7, column: 'z' } })
    }
  })
})

describe('an order outside its policy', () => {
  it('is refused for another algorithm', async () => {
    await expect(runWith('right', undefined, { algorithm: assemble(wat()) })).rejects.toThrow(AlgorithmNotAllowedError)
  })

  it('is refused for other parameters', async () => {
    await expect(runWith('right', undefined, { parameters: { body: 100 } })).rejects.toThrow(ParameterError)
    await expect(runWith('right', undefined, { parameters: {} })).rejects.toThrow(ParameterError)
  })

  it('is refused for data that is not what the policy describes', async () => {
    const mismatch = (text: string) =>
      expect(runWith('right', undefined, { source: source(text) })).rejects.toThrow(TableMismatchError)
    await mismatch(csv.replace('r5,5,', 'r5,500,'))
    await mismatch(csv.replace('left', 'up'))
    await mismatch(csv.replace('yes', 'maybe'))
    await mismatch(csv.replace('side', 'seite'))
    await mismatch(csv.replaceAll(/^([^,]*),/gm, '$1,0,').replace('id,0', 'id,extra'))
    await mismatch(csv.replace('r5,5,', 'r5,five,'))
  })

  it('is refused for data that does not fit the memory of an algorithm', async () => {
    const small = createWasmExecutor({ memoryBytes: 65_536 })
    const rows = csv.split('\n').slice(1, -1)
    const text = `id,x,side,y\n${Array.from({ length: 30 }, () => rows.join('\n')).join('\n')}\n`
    await expect(runWith('right', undefined, { source: source(text, 4096), executor: small })).rejects.toThrow(
      TableTooLargeError,
    )
  })

  it('is refused by a runner whose secret could be guessed', async () => {
    await expect(runWith('right', undefined, { secret: new Uint8Array(16) })).rejects.toThrow(WeakSecretError)
  })
})
