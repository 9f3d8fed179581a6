import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { AlgorithmRefusedError, createWasmExecutor, type Refusal, WASM_LIMITS } from '@gristmill/runner'
import { describe, expect, it } from 'vitest'
import { BINARYEN_VERSION } from '../src/executors/wasm/wasm-executor.js'
import { assemble, choosing, type WatParts, wat, writing } from './_wat.js'

const FUEL = 200_000_000n
const executor = createWasmExecutor({ fuel: FUEL, memoryBytes: 64 * 65_536, timeoutMs: 20_000 })
const execute = (algorithm: Uint8Array, on = executor) =>
  on.execute({ algorithm, input: new Uint8Array(64).fill(1), outputBytes: 16 })

/** Sums 1/k for k = 1 .. the first four bytes of the input, growing memory on its way. */
const summing = assemble(
  wat({
    run: `(local $k f64) (local $sum f64)
      (drop (memory.grow (i32.const 2)))
      (memory.fill (i32.const 65536) (i32.const 7) (i32.const 4096))
      (loop $next
        (local.set $k (f64.add (local.get $k) (f64.const 1)))
        (local.set $sum (f64.add (local.get $sum) (f64.div (f64.const 1) (local.get $k))))
        (br_if $next (f64.lt (local.get $k) (f64.convert_i32_s (i32.load (local.get $input))))))
      (f64.store (local.get $output) (local.get $sum))
      (local.get $outputBytes)`,
  }),
)
const sum = (terms: number, on = executor) =>
  on.execute({ algorithm: summing, input: new Uint8Array(Int32Array.of(terms).buffer), outputBytes: 16 })

describe('an algorithm that keeps the interface', () => {
  it('gets its input and returns what it wrote', async () => {
    const copying = assemble(
      wat({
        run: '(memory.copy (local.get $output) (local.get $input) (local.get $outputBytes)) (local.get $outputBytes)',
      }),
    )
    const { status, output } = await execute(copying)
    expect(status).toBe('OK')
    expect(output).toEqual(new Uint8Array(16).fill(1))
  })

  it('gives the same output for the same fuel in every run and every executor', async () => {
    const other = createWasmExecutor({ ...executor.capabilities().limits })
    const runs = [await sum(100_000), await sum(100_000), await sum(100_000, other)]
    expect(new Set(runs.map(({ status }) => status))).toEqual(new Set(['OK']))
    expect(new Set(runs.map(({ fuelUsed }) => fuelUsed)).size).toBe(1)
    expect(new Set(runs.map(({ output }) => Buffer.from(output!).toString('hex'))).size).toBe(1)
  })

  it('computes the same with the meter as without', async () => {
    let expected = 0
    for (let k = 1; k <= 1000; k++) expected += 1 / k
    const { output } = await sum(1000)
    expect(new DataView(output!.buffer).getFloat64(0, true)).toBe(expected)
  })

  it('pays for every turn of a loop', async () => {
    const [one, two, three] = [await sum(1000), await sum(2000), await sum(3000)]
    expect(two.fuelUsed - one.fuelUsed).toBeGreaterThan(1000n)
    expect(three.fuelUsed - two.fuelUsed).toBe(two.fuelUsed - one.fuelUsed)
  })

  it('pays for what bulk memory moves', async () => {
    const filling = assemble(
      wat({ run: '(memory.fill (i32.const 0) (i32.const 1) (i32.load (local.get $input))) (local.get $outputBytes)' }),
    )
    const fill = (bytes: number) =>
      executor.execute({ algorithm: filling, input: new Uint8Array(Int32Array.of(bytes).buffer), outputBytes: 8 })
    const [small, large] = [await fill(800), await fill(80_800)]
    expect(large.fuelUsed - small.fuelUsed).toBe(10_000n)
  })

  it('sees an output area of zeros and nothing of other runs', async () => {
    const { output } = await execute(assemble(wat()))
    expect(output).toEqual(new Uint8Array(16))
  })
})

describe('an algorithm that does not', () => {
  const grows = '(loop $more (br_if $more (i32.ne (memory.grow (i32.const 1)) (i32.const -1)))) (unreachable)'
  const forEver = '(loop $for (br $for)) (unreachable)'
  const bodies: readonly [status: string, what: string, body: string][] = [
    ['FUEL', 'loops for ever', forEver],
    ['FUEL', 'asks for no memory for ever', '(loop $l (drop (memory.grow (i32.const 0))) (br $l)) (unreachable)'],
    [
      'FUEL',
      'asks for too much memory for ever',
      '(loop $l (drop (memory.grow (i32.const -1))) (br $l)) (unreachable)',
    ],
    [
      'FUEL',
      'fills memory for ever',
      '(loop $l (memory.fill (i32.const 0) (i32.const 1) (i32.const 1048576)) (br $l)) (unreachable)',
    ],
    ['FUEL', 'calls itself twice at every depth', '(call $twice (i32.const 60)) (i32.const 0)'],
    ['ALGO_ERROR', 'recurses without end', '(call $deeper)'],
    ['ALGO_ERROR', 'traps', '(unreachable)'],
    ['ALGO_ERROR', 'divides by zero', '(i32.div_s (local.get $input) (i32.const 0))'],
    ['ALGO_ERROR', 'reads outside its memory', '(i32.load (i32.const -4))'],
    ['ALGO_ERROR', 'gives up', '(i32.const -1)'],
    ['OOM', 'allocates without end', grows],
    ['CONTRACT', 'writes too much', writing([1, 2], 8)],
    ['CONTRACT', 'writes too little', writing([1])],
  ]
  const module = assemble(
    wat({
      extra: `
        (func $deeper (result i32) (i32.add (call $deeper) (i32.const 1)))
        (func $twice (param $depth i32)
          (if (local.get $depth) (then
            (call $twice (i32.sub (local.get $depth) (i32.const 1)))
            (call $twice (i32.sub (local.get $depth) (i32.const 1))))))`,
      run: choosing(
        '(i32.load (local.get $input))',
        bodies.map(([, , body]) => body),
      ),
    }),
  )
  it.each(bodies)('ends in %s when it %s', async (status, _what, body) => {
    const index = bodies.findIndex((entry) => entry[2] === body)
    const execution = await executor.execute({
      algorithm: module,
      input: Uint8Array.of(index, 0, 0, 0),
      outputBytes: 16,
    })
    expect(execution.status).toBe(status)
    expect(execution.output).toBeUndefined()
  })

  it.each<[string, string, WatParts]>([
    ['FUEL', 'loops for ever in its start function', { extra: '(func $s (loop $for (br $for))) (start $s)' }],
    ['FUEL', 'loops for ever while it allocates', { alloc: forEver }],
    ['OOM', 'allocates without end in its start function', { extra: `(func $s ${grows}) (start $s)` }],
    ['OOM', 'grows a memory with a large maximum', { memory: '(memory (export "memory") 16 65536)', run: grows }],
    ['ALGO_ERROR', 'has data outside its memory', { extra: '(data (i32.const 10000000) "x")' }],
    ['CONTRACT', 'speaks another version', { abi: '(i32.const 3)' }],
    ['CONTRACT', 'allocates outside its memory', { alloc: '(i32.const 1048568)' }],
    ['CONTRACT', 'allocates unaligned', { alloc: '(i32.const 1025)' }],
    ['CONTRACT', 'allocates at a negative place', { alloc: '(i32.const -8)' }],
  ])('ends in %s when it %s', async (status, _what, parts) => {
    expect((await execute(assemble(wat(parts)))).status).toBe(status)
  })

  it('ends in TIMEOUT when fuel would last longer than the clock', async () => {
    const slow = createWasmExecutor({ fuel: 10n ** 15n, timeoutMs: 500 })
    const timed = async (run: string) => {
      const started = performance.now()
      const { status } = await execute(assemble(wat({ run })), slow)
      return { status, ms: performance.now() - started }
    }
    // What a run takes that does nothing is the machine's doing.
    const { ms: idleMs } = await timed('(unreachable)')
    const { status, ms } = await timed('(loop $for (br $for)) (unreachable)')
    expect(status).toBe('TIMEOUT')
    expect(ms - idleMs).toBeLessThan(5000)
  })
})

describe('the limits', () => {
  it('let the same module finish once they are wide enough', async () => {
    const tight = createWasmExecutor({ fuel: 1_000_000n })
    expect((await sum(1_000_000, tight)).status).toBe('FUEL')
    expect((await sum(1_000_000)).status).toBe('OK')
  })

  it('let memory grow up to the last page and not beyond', async () => {
    const growing = assemble(
      wat({
        run: '(if (i32.eq (memory.grow (i32.const 48)) (i32.const -1)) (then (unreachable))) (local.get $outputBytes)',
      }),
    )
    const at = (pages: number) => createWasmExecutor({ fuel: FUEL, memoryBytes: pages * 65_536 })
    expect((await execute(growing, at(63))).status).toBe('OOM')
    expect((await execute(growing, at(64))).status).toBe('OK')
  })

  it('are named by the runtime digest', () => {
    const digest = createWasmExecutor().capabilities().runtimeDigest
    expect(createWasmExecutor().capabilities().runtimeDigest).toBe(digest)
    expect(createWasmExecutor({ fuel: WASM_LIMITS.fuel + 1n }).capabilities().runtimeDigest).not.toBe(digest)
  })

  it('are counted by the binaryen that the digest names', () => {
    const manifest = createRequire(import.meta.url).resolve('binaryen/package.json')
    expect(JSON.parse(readFileSync(manifest, 'utf8')).version).toBe(BINARYEN_VERSION)
  })

  it('must make sense', () => {
    expect(() => createWasmExecutor({ memoryBytes: 1000 })).toThrow(RangeError)
    expect(() => createWasmExecutor({ fuel: 0n })).toThrow(RangeError)
  })
})

describe('inspect', () => {
  it.each<[Refusal, string, () => Uint8Array]>([
    ['TOO_LARGE', 'a huge module', () => new Uint8Array(WASM_LIMITS.moduleBytes + 1)],
    ['NOT_WASM', 'what is no module', () => new TextEncoder().encode('hello')],
    [
      'IMPORTS',
      'an import',
      () => assemble(wat().replace('(module', '(module (import "env" "log" (func (param i32)))')),
    ],
  ])('refuses with %s: %s', async (refusal, _what, build) => {
    const algorithm = build()
    const refused = await executor.inspect(algorithm).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(AlgorithmRefusedError)
    expect((refused as AlgorithmRefusedError).refusal).toBe(refusal)
    // Where it is executed all the same, nothing of it runs.
    expect(await execute(algorithm)).toMatchObject({ status: 'CONTRACT', fuelUsed: 0n })
  })

  it('accepts a module without executing it', async () => {
    await expect(
      executor.inspect(assemble(wat({ extra: '(func $s (unreachable)) (start $s)' }))),
    ).resolves.toBeUndefined()
  })

  it('accepts a module whose names collide with those of the meter', async () => {
    const named = assemble(
      wat({
        extra: '(global $fuel (mut i64) (i64.const 9)) (func $charge_bytes (global.set $fuel (i64.const 999999999)))',
        run: '(call $charge_bytes) (loop $for (br $for)) (unreachable)',
      }),
    )
    expect((await execute(named)).status).toBe('FUEL')
  })
})
