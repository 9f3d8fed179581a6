import { createHash } from 'node:crypto'
import { canonicalHash } from '@gristmill/protocol/canonical-json'
import { AlgorithmRefusedError } from '../algorithm-refused-error.js'
import { foldersOf, repeatable, runChild } from '../child-process.js'
import { executionOf } from '../execution-of.js'
import {
  ALGORITHM_ABI,
  type Execution,
  type ExecutionLimits,
  type ExecutionSpec,
  type Executor,
  type ExecutorCapabilities,
} from '../executor.js'
import { PAGE_BYTES, requireLimits, WASM_LIMITS } from '../limits.js'
import { METER_VERSION } from './meter-version.js'
import type { Answer } from './tasks.js'

/** Version of the library that instruments; it decides what an instruction is, so it decides the fuel. */
export const BINARYEN_VERSION = '132.0.0'

const PROGRAM = { program: 'wasm/child.js', readable: foldersOf('binaryen') }
const INSTRUMENT_FLAGS = ['--wasm-max-mem-pages=8192']
const MEMORY_BYTES_MAX = 2 ** 31
/** By the clock, so ample: a busy machine must not refuse a module that takes a second of work. */
const INSTRUMENT_TIMEOUT_MS = 60_000
/** An instrumented module may grow, but not without bound. */
const INSTRUMENTED_FACTOR = 8
const CACHED_MODULES = 8

/**
 * Executor for WebAssembly without imports: metered by instrumentation, bounded in memory, each run in its own process.
 * Deterministic: a module sees nothing but its input.
 */
export function createWasmExecutor(overrides: Partial<ExecutionLimits> = {}): Executor {
  const limits = requireLimits({ ...WASM_LIMITS, ...overrides }, MEMORY_BYTES_MAX)
  const pagesMax = limits.memoryBytes / PAGE_BYTES
  const instrumented = new Map<string, Promise<Uint8Array>>()

  const instrumentOnce = (algorithm: Uint8Array): Promise<Uint8Array> => {
    if (algorithm.length > limits.moduleBytes) return Promise.reject(new AlgorithmRefusedError('TOO_LARGE'))
    const digest = createHash('sha256').update(algorithm).digest('hex')
    const known = instrumented.get(digest)
    if (known !== undefined) return known
    const module = instrument(algorithm, pagesMax)
    instrumented.set(digest, module)
    // A refusal is as final as the module, unless the machine was merely too busy.
    module.catch((error: unknown) => {
      if (!(error instanceof AlgorithmRefusedError) || error.refusal === 'TOO_COMPLEX') instrumented.delete(digest)
    })
    if (instrumented.size > CACHED_MODULES) instrumented.delete(instrumented.keys().next().value!)
    return module
  }

  return {
    capabilities: () => describe(limits),
    async inspect(algorithm) {
      await instrumentOnce(algorithm)
    },
    async execute(spec) {
      let module: Uint8Array
      try {
        module = await instrumentOnce(spec.algorithm)
      } catch (error) {
        if (!(error instanceof AlgorithmRefusedError)) throw error
        return { status: 'CONTRACT', fuelUsed: 0n, reason: `refused: ${error.refusal}` }
      }
      return execute(module, spec, limits, pagesMax)
    },
  }
}

async function instrument(algorithm: Uint8Array, pagesMax: number): Promise<Uint8Array> {
  const end = await runChild<Answer>({
    ...PROGRAM,
    flags: INSTRUMENT_FLAGS,
    task: { kind: 'instrument', pagesMax },
    parts: [algorithm],
    answerBytesMax: INSTRUMENTED_FACTOR * algorithm.length + PAGE_BYTES,
    timeoutMs: INSTRUMENT_TIMEOUT_MS,
  })
  if (end.kind !== 'answer') throw new AlgorithmRefusedError('TOO_COMPLEX')
  const { head, parts } = end.frame
  if (head.kind === 'refused') throw new AlgorithmRefusedError(head.refusal)
  if (head.kind !== 'instrumented' || parts[0] === undefined) throw new AlgorithmRefusedError('TOO_COMPLEX')
  return parts[0]
}

async function execute(
  module: Uint8Array,
  { input, outputBytes }: ExecutionSpec,
  limits: ExecutionLimits,
  pagesMax: number,
): Promise<Execution> {
  const end = await runChild<Answer>({
    ...PROGRAM,
    flags: repeatable(pagesMax),
    task: { kind: 'run', fuel: limits.fuel.toString(), pagesMax, outputBytes },
    parts: [module, input],
    answerBytesMax: outputBytes,
    timeoutMs: limits.timeoutMs,
  })
  return executionOf(end, { fuel: limits.fuel, outputBytes })
}

function describe(limits: ExecutionLimits): ExecutorCapabilities {
  const identity = {
    executor: 'wasm',
    abi: ALGORITHM_ABI,
    meter: METER_VERSION,
    binaryen: BINARYEN_VERSION,
    v8: process.versions.v8,
    fuel: limits.fuel.toString(),
    memoryBytes: limits.memoryBytes,
    timeoutMs: limits.timeoutMs,
    moduleBytes: limits.moduleBytes,
  }
  return {
    name: identity.executor,
    runtimes: ['wasm'],
    abi: ALGORITHM_ABI,
    deterministic: true,
    isolation: { memory: 'vm', cpu: 'vm', network: 'vm', filesystem: 'vm', processes: 'vm', kernel: 'vm' },
    limits: { ...limits },
    runtimeDigest: canonicalHash(identity),
  }
}
