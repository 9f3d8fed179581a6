import { describe, expect, it } from 'vitest'
import { assemble, wat } from '../../../tests/_wat.js'
import { type Refusal, Refused } from '../refusals.js'
import { instrument } from './instrument.js'
import { webAssembly } from './web-assembly.js'

const PAGES_MAX = 64

describe('instrument', () => {
  const withoutExport = (name: string) => assemble(wat().replace(`(export "${name}")`, ''))
  it.each<[Refusal, string, () => Uint8Array]>([
    ['NOT_WASM', 'text', () => new TextEncoder().encode('hello')],
    ['NOT_WASM', 'nothing', () => new Uint8Array()],
    ['NOT_WASM', 'a truncated module', () => assemble(wat()).slice(0, -3)],
    [
      'IMPORTS',
      'an imported function',
      () => assemble(wat().replace('(module', '(module (import "env" "log" (func (param i32)))')),
    ],
    [
      'IMPORTS',
      'an imported function without a name',
      () => assemble(wat().replace('(module', '(module (import "" "" (func))')),
    ],
    [
      'IMPORTS',
      'an imported global',
      () => assemble(wat().replace('(module', '(module (import "e" "g" (global i32))')),
    ],
    [
      'IMPORTS',
      'an imported memory',
      () => assemble(wat({ memory: '(import "e" "m" (memory 1)) (export "memory" (memory 0))' })),
    ],
    [
      'IMPORTS',
      'an imported table',
      () => assemble(wat().replace('(module', '(module (import "e" "t" (table 1 funcref))')),
    ],
    [
      'IMPORTS',
      'WASI',
      () =>
        assemble(
          wat().replace(
            '(module',
            '(module (import "wasi_snapshot_preview1" "fd_write" (func (param i32 i32 i32 i32) (result i32)))',
          ),
        ),
    ],
    ['FEATURES', 'shared memory', () => assemble(wat({ memory: '(memory (export "memory") 1 2 shared)' }))],
    [
      'FEATURES',
      'atomics',
      () => assemble(wat({ run: '(i32.atomic.load (i32.const 0))', memory: '(memory (export "memory") 1 2 shared)' })),
    ],
    [
      'FEATURES',
      'relaxed SIMD',
      () =>
        assemble(wat({ extra: '(func (param v128) (result v128) (f32x4.relaxed_min (local.get 0) (local.get 0)))' })),
    ],
    ['FEATURES', 'exceptions', () => assemble(wat({ extra: '(tag $t) (func (throw $t))' }))],
    ['FEATURES', 'tail calls', () => assemble(wat({ extra: '(func $t (return_call $t))' }))],
    ['FEATURES', 'two memories', () => assemble(wat({ extra: '(memory $second 1)' }))],
    [
      'FEATURES',
      'a growing table',
      () =>
        assemble(wat({ extra: '(table $t 1 funcref) (func (drop (table.grow $t (ref.null func) (i32.const 1))))' })),
    ],
    [
      'INSTRUCTIONS',
      'a table that changes',
      () =>
        assemble(
          wat({ extra: '(table $t 2 funcref) (func (table.copy $t $t (i32.const 0) (i32.const 1) (i32.const 1)))' }),
        ),
    ],
    ['MEMORY', 'no exported memory', () => withoutExport('memory')],
    ['MEMORY', 'more memory than the limit', () => assemble(wat({ memory: '(memory (export "memory") 65)' }))],
    ['TABLE', 'a huge table', () => assemble(wat({ extra: '(table 1000000 funcref)' }))],
    ['EXPORTS', 'no gristmill_abi', () => withoutExport('gristmill_abi')],
    ['EXPORTS', 'no gristmill_alloc', () => withoutExport('gristmill_alloc')],
    ['EXPORTS', 'no gristmill_run', () => withoutExport('gristmill_run')],
    [
      'EXPORTS',
      'gristmill_abi of another type',
      () => assemble(wat().replace('(result i32) (i32.const 2))', '(result i64) (i64.const 1))')),
    ],
    [
      'EXPORTS',
      'the name of the fuel',
      () => assemble(wat({ extra: '(global (export "$fuel") (mut i64) (i64.const 0))' })),
    ],
  ])('refuses with %s: %s', (refusal, _what, build) => {
    const module = build()
    expect(() => instrument(module, PAGES_MAX)).toThrow(expect.objectContaining({ refusal }))
    expect(() => instrument(module, PAGES_MAX)).toThrow(Refused)
  })

  it('accepts a module that keeps the rules, and adds no import', () => {
    const metered = instrument(assemble(wat({ extra: '(func $s) (start $s)' })), PAGES_MAX)
    const { Module } = webAssembly
    expect(Module.imports(new Module(metered))).toEqual([])
  })

  it('gives the same bytes every time', () => {
    const module = assemble(wat({ run: '(loop $l (br_if $l (i32.const 0))) (i32.const 0)' }))
    expect(instrument(module, PAGES_MAX)).toEqual(instrument(module, PAGES_MAX))
  })
})
