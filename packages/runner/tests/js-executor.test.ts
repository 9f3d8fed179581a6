import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { AlgorithmRefusedError, createJsExecutor, DEFAULT_LIMITS, type Refusal } from '@gristmill/runner'
import { describe, expect, it } from 'vitest'
import { QUICKJS_VERSION } from '../src/executors/js/js-executor.js'
import { inputOf, textBytes, valuesOf } from './_input.js'

const MIB = 1024 * 1024
const executor = createJsExecutor({ fuel: 5_000_000n, memoryBytes: 32 * MIB, timeoutMs: 20_000 })
const execute = (code: string, { on = executor, input = inputOf(), outputBytes = 16 } = {}) =>
  on.execute({ algorithm: textBytes(code), input, outputBytes })

describe('a script that keeps the interface', () => {
  it('gets every field of its input and returns what it wrote', async () => {
    const { status, output } = await execute(
      `function run(input, output) {
        const { rows, dimensions, classes, parameters, seed, labels, features } = input
        output.set([rows, dimensions, classes, ...parameters, seed.length, seed[31], ...labels, ...features])
      }`,
      { outputBytes: 8 * 16, input: inputOf({ parameters: [2 ** 53 - 1, -(2 ** 53 - 1)] }) },
    )
    expect(status).toBe('OK')
    const parameters = [2 ** 53 - 1, -(2 ** 53 - 1)]
    expect(valuesOf(output)).toEqual([3, 2, 2, ...parameters, 32, 7, 0, 1, 2, 0.5, 1.5, 2.5, 3.5, 4.5, 5.5])
  })

  it('gets labels that are numbers as such, with no classes', async () => {
    const { output } = await execute(
      `function run({ classes, labels, features }, output) {
        output.set([classes, labels instanceof Float64Array ? 1 : 0, ...labels, ...features])
      }`,
      { outputBytes: 8 * 11, input: inputOf({ classes: 0 }) },
    )
    expect(valuesOf(output)).toEqual([0, 1, 0, 0.25, 0.5, 0.5, 1.5, 2.5, 3.5, 4.5, 5.5])
  })

  it('gives the same output for the same fuel in every run', async () => {
    const code = `const run = ({ features }, output) => {
      const memo = new Map()
      for (let turn = 0; turn < 300_000; turn++) {
        const key = 'k' + (turn % 100)
        memo.set(key, (memo.get(key) ?? 0) + Math.sin(turn) * features[turn % 6])
      }
      output[0] = [...memo.values()].sort((one, other) => one - other).reduce((sum, value) => sum + value, 0)
    }`
    const runs = [await execute(code), await execute(code)]
    expect(runs[0]!.status).toBe('OK')
    expect(runs[0]!.fuelUsed).toBeGreaterThan(300_000n)
    expect(runs[1]).toEqual(runs[0])
  })

  it('computes mathematical functions to the same bits everywhere: they are part of the machine', async () => {
    const names = ['exp', 'expm1', 'log', 'log1p', 'log2', 'sin', 'cos', 'tan', 'atan', 'sinh', 'cosh', 'tanh', 'cbrt']
    const { output } = await execute(
      `function run(input, output) {
        let at = 0
        for (const name of ${JSON.stringify(names)})
          for (let step = 0; step < 100; step++) output[at++] = Math[name](0.137 + step / 7)
        for (let step = 0; step < 100; step++) output[at++] = Math.pow(0.137 + step / 7, step / 3 - 11)
      }`,
      { outputBytes: 8 * 100 * (names.length + 1) },
    )
    expect(createHash('sha256').update(output!).digest('hex')).toBe(
      '4e7fc358074806ae0df746d806516b70a4c822ef7d7633a3656c9a896ac3152e',
    )
  })

  it('finds neither clock nor chance nor threads nor a way to make code of text', async () => {
    const names = ['Date', 'SharedArrayBuffer', 'Atomics', 'performance', 'eval', 'Function', 'print', 'process']
    const { status, output } = await execute(
      `function run(input, output) {
        const found = ${JSON.stringify(names)}.filter((name) => name in globalThis)
        const made = [() => {}, async () => {}, function* () {}, class {}].map((one) => {
          try { return one.constructor('return 1') } catch {}
        })
        output[0] = found.length + made.filter((one) => typeof one === 'function').length + ('random' in Math ? 1 : 0)
        output[1] = ['Map', 'BigInt', 'Float64Array'].filter((name) => name in globalThis).length
      }`,
    )
    expect(status).toBe('OK')
    expect(valuesOf(output)).toEqual([0, 3])
  })
})

describe('what a script says', () => {
  const code = "function run(input, output) { console.log('row', input.features[0], { a: 1 }); null.x }"

  it('goes nowhere', async () => {
    const { status, ...rest } = await execute(code)
    expect(status).toBe('ALGO_ERROR')
    expect(JSON.stringify(rest, (_, value) => (typeof value === 'bigint' ? String(value) : value))).not.toContain('row')
  })

  it('is heard by who tries it, up to a bound, with the reason why it failed', async () => {
    let said = ''
    const aloud = createJsExecutor({ timeoutMs: 20_000 }, (text) => {
      said += text
    })
    await execute(code, { on: aloud })
    expect(said).toMatch(/^row 0.5 \{"a":1\}\nexception: .*null/)
    said = ''
    const loud = "function run() { for (let i = 0; i < 5000; i++) console.log('x'.repeat(100)) }"
    expect((await execute(loud, { on: aloud })).status).toBe('OK')
    expect(said.length).toBeLessThan(70_000)
    expect(said).toContain('[more was said than is shown]')
  })

  it('changes neither the runtime nor what comes out', async () => {
    const aloud = createJsExecutor(executor.capabilities().limits, () => undefined)
    expect(aloud.capabilities()).toEqual(executor.capabilities())
    const talks = "function run(input, output) { console.log('hello'); output[0] = 1 }"
    expect(await execute(talks, { on: aloud })).toEqual(await execute(talks))
  })
})

describe('a script that does not', () => {
  it.each<[string, string, string]>([
    ['FUEL', 'loops for ever', 'for (;;);'],
    ['FUEL', 'loops for ever before it has a function', '} for (;;); {'],
    ['FUEL', 'calls for ever', 'const f = () => f; for (;;) f()'],
    ['FUEL', 'backtracks in a pattern for ever', '/^(a+)+$/.test("a".repeat(40) + "b")'],
    ['FUEL', 'loops where its exception is looked at', 'throw { get message() { for (;;); } }'],
    ['ALGO_ERROR', 'throws', 'throw new Error("rows: " + input.rows)'],
    ['ALGO_ERROR', 'throws what cannot be looked at', 'throw new Proxy({}, { get() { throw 1 } })'],
    ['ALGO_ERROR', 'recurses without end', 'const f = () => f() + 1; f()'],
    ['ALGO_ERROR', 'nests without end', 'let a = []; for (let i = 0; i < 1e5; i++) a = [a]; JSON.stringify(a)'],
    ['ALGO_ERROR', 'parses what nests without end', 'JSON.parse("[".repeat(1e6))'],
    ['OOM', 'allocates without end', 'const kept = []; for (;;) kept.push(new Float64Array(1e5))'],
    ['OOM', 'makes a huge string', '"x".repeat(2 ** 29)'],
    ['CONTRACT', 'promises', 'return Promise.resolve()'],
    ['CONTRACT', 'returns', 'return 16'],
    ['CONTRACT', 'gives its output away', 'output.buffer.transfer()'],
    ['CONTRACT', 'shrinks its output', 'output.buffer.transfer(8)'],
  ])('ends in %s when it %s', async (status, _what, body) => {
    const execution = await execute(`function run(input, output) { ${body} }`)
    expect(execution.status).toBe(status)
    expect(execution.output).toBeUndefined()
    // One of a few words of ours, whatever the script says.
    expect(execution.reason).toMatch(
      /^(fuel limit|memory limit|stack limit|exception|run returned something|the output was detached)$/,
    )
  })

  it('ends in CONTRACT without a function run, or with an asynchronous one', async () => {
    expect((await execute('let run = 5')).status).toBe('CONTRACT')
    expect((await execute('async function run() { await new Promise(() => {}) }')).status).toBe('CONTRACT')
  })

  it('ends in OOM when its input alone is too large', async () => {
    const small = createJsExecutor({ memoryBytes: 65_536 })
    expect((await execute('function run() {}', { on: small, input: inputOf({ rows: 10_000 }) })).status).toBe('OOM')
  })

  it('ends in TIMEOUT where the machine works without counting', async () => {
    const hasty = createJsExecutor({ timeoutMs: 1500, memoryBytes: 64 * MIB })
    const native = 'const a = new Float64Array(1e6); for (let i = 0; i < 1e5; i++) a.fill(i)'
    expect((await execute(`function run() { ${native} }`, { on: hasty })).status).toBe('TIMEOUT')
  })

  it('harms nobody by what it does to the language', async () => {
    const { status, output } = await execute(`
      const original = Float64Array
      Object.defineProperty(Object.prototype, 'length', { get() { for (;;); } })
      Array.prototype[Symbol.iterator] = ArrayBuffer.prototype.slice = globalThis.ArrayBuffer = undefined
      Object.getPrototypeOf(original.prototype).subarray = () => { throw 1 }
      Promise.resolve().then(() => { for (;;); })
      function run(input, output) { output[0] = 1; import('node:fs') }`)
    expect(status).toBe('OK')
    expect(valuesOf(output)).toEqual([1, 0])
  })
})

describe('the limits of scripts', () => {
  it('let the same script finish once they are wide enough', async () => {
    const code = 'function run() { for (let i = 0; i < 2e6; i++); }'
    expect((await execute(code, { on: createJsExecutor({ fuel: 1_000_000n }) })).status).toBe('FUEL')
    expect((await execute(code)).status).toBe('OK')
    const allocating = 'function run() { new Float64Array(6e6) }'
    expect((await execute(allocating)).status).toBe('OOM')
    expect((await execute(allocating, { on: createJsExecutor({ memoryBytes: 64 * MIB }) })).status).toBe('OK')
  })

  it('are counted by the machine that the digest names', () => {
    const manifest = createRequire(import.meta.url).resolve('@jitl/quickjs-wasmfile-release-sync/package.json')
    expect(JSON.parse(readFileSync(manifest, 'utf8')).version).toBe(QUICKJS_VERSION)
  })
})

describe('inspecting a script', () => {
  it.each<[Refusal, string, Uint8Array]>([
    ['TOO_LARGE', 'a huge script', new Uint8Array(DEFAULT_LIMITS.js.moduleBytes + 1).fill(32)],
    ['NOT_TEXT', 'what is no text', Uint8Array.of(0xff, 0xfe)],
    ['NOT_TEXT', 'a NUL', textBytes('function run() {}\0 (')],
    ['SYNTAX', 'what does not compile', textBytes('function run( {')],
    ['SYNTAX', 'a module', textBytes('import fs from "node:fs"')],
  ])('refuses with %s: %s', async (refusal, _what, algorithm) => {
    const refused = await executor.inspect(algorithm).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(AlgorithmRefusedError)
    expect((refused as AlgorithmRefusedError).refusal).toBe(refusal)
    expect(await executor.execute({ algorithm, input: inputOf(), outputBytes: 16 })).toMatchObject({
      status: 'CONTRACT',
      fuelUsed: 0n,
    })
  })

  it('does not run it', async () => {
    await expect(executor.inspect(textBytes('for (;;);'))).resolves.toBeUndefined()
  })
})
