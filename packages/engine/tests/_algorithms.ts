import type { ExecutionLimits } from '@gristmill/runner'
import binaryen from 'binaryen'

const module = (run: string) => `(module
  (memory (export "memory") 16)
  (global $top (mut i32) (i32.const 1024))
  (func (export "gristmill_abi") (result i32) (i32.const 1))
  (func (export "gristmill_alloc") (param $bytes i32) (result i32)
    (local $at i32)
    (local.set $at (global.get $top))
    (global.set $top (i32.and (i32.add (i32.add (local.get $at) (local.get $bytes)) (i32.const 7)) (i32.const -8)))
    (local.get $at))
  (func (export "gristmill_run")
    (param $input i32) (param $inputBytes i32) (param $output i32) (param $outputBytes i32) (result i32)
    ${run}))`

/** A module whose `gristmill_run` has this body. */
export function assemble(run: string): Uint8Array {
  const parsed = binaryen.parseText(module(run))
  parsed.setFeatures(binaryen.Features.All)
  const bytes = parsed.emitBinary()
  parsed.dispose()
  return bytes
}

/** Writes the first bytes of its input. */
export const copying = assemble(
  '(memory.copy (local.get $output) (local.get $input) (local.get $outputBytes)) (local.get $outputBytes)',
)
/** Never ends by itself. */
export const endless = assemble('(loop $for (br $for)) (unreachable)')
/** Takes 256 MiB, touches all of it, and never ends. */
export const greedy = assemble(`
  (if (i32.eq (memory.grow (i32.const 4096)) (i32.const -1)) (then (unreachable)))
  (memory.fill (i32.const 1048576) (i32.const 7) (i32.const 268435456))
  (loop $for (br $for)) (unreachable)`)
/** Some seconds of work, then the first bytes of its input. */
export const slow = assemble(`
  (local $k i64)
  (loop $next
    (local.set $k (i64.add (local.get $k) (i64.const 1)))
    (br_if $next (i64.lt_s (local.get $k) (i64.const 1000000000))))
  (memory.copy (local.get $output) (local.get $input) (local.get $outputBytes)) (local.get $outputBytes)`)

export const LIMITS: ExecutionLimits = {
  fuel: 10n ** 15n,
  memoryBytes: 64 * 65_536,
  timeoutMs: 20_000,
  moduleBytes: 2 ** 20,
}

export const bytesOf = (value: number): Uint8Array => new Uint8Array(16).fill(value)
