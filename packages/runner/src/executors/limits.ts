import type { Runtime } from '@gristmill/protocol'
import type { ExecutionLimits } from './executor.js'

const MIB = 1024 * 1024
/** Of a page of WebAssembly's memory, and the grain of every limit on memory. */
export const PAGE_BYTES = 65_536

/** 100 billion instructions (some seconds), 64 MiB, one minute, modules of 1 MiB. */
export const WASM_LIMITS: ExecutionLimits = {
  fuel: 100_000_000_000n,
  memoryBytes: 64 * MIB,
  timeoutMs: 60_000,
  moduleBytes: MIB,
}

/** Limits of every runtime unless its executor is made with others: what a maker's policy may count on. */
export const DEFAULT_LIMITS: Readonly<Record<Runtime, ExecutionLimits>> = {
  wasm: WASM_LIMITS,
  /** 1 billion turns of loops and calls (half a minute). */
  js: { fuel: 1_000_000_000n, memoryBytes: 128 * MIB, timeoutMs: 60_000, moduleBytes: MIB },
  /** One minute of processor time. */
  python: { fuel: 60_000_000n, memoryBytes: 1024 * MIB, timeoutMs: 120_000, moduleBytes: MIB },
  /** Not metered; an hour, for the passes over the rows follow from the parameters. */
  trainer: { fuel: 1n, memoryBytes: 1024 * MIB, timeoutMs: 3_600_000, moduleBytes: 1024 },
}

/** Throws RangeError for limits under which nothing could run, or which could not be enforced. */
export function requireLimits(limits: ExecutionLimits, memoryBytesMax: number): ExecutionLimits {
  const { fuel, memoryBytes, timeoutMs, moduleBytes } = limits
  const isPositive = [memoryBytes, timeoutMs, moduleBytes].every((value) => Number.isSafeInteger(value) && value > 0)
  if (
    !isPositive ||
    fuel <= 0n ||
    fuel >= 2n ** 63n ||
    memoryBytes % PAGE_BYTES !== 0 ||
    memoryBytes > memoryBytesMax
  ) {
    throw new RangeError(
      `limits must be positive integers, memoryBytes a multiple of ${PAGE_BYTES} up to ${memoryBytesMax}, fuel below 2^63`,
    )
  }
  return limits
}
