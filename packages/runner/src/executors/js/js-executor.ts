import { canonicalHash } from '@gristmill/protocol'
import { AlgorithmRefusedError } from '../algorithm-refused-error.js'
import { foldersOf, runChild } from '../child-process.js'
import { executionOf } from '../execution-of.js'
import {
  ALGORITHM_ABI,
  type Execution,
  type ExecutionLimits,
  type ExecutionSpec,
  type Executor,
  type ExecutorCapabilities,
} from '../executor.js'
import { createInspections } from '../inspections.js'
import { DEFAULT_LIMITS, PAGE_BYTES, requireLimits } from '../limits.js'
import type { Print } from '../print.js'
import type { Answer } from './tasks.js'

/** Version of the machine that runs scripts; it decides what a turn is, so it decides the fuel. */
export const QUICKJS_VERSION = '0.32.0'

const VARIANT = '@jitl/quickjs-wasmfile-release-sync'
const LIBRARY = 'quickjs-emscripten-core'
const PROGRAM = {
  program: 'js/child.js',
  readable: [...foldersOf(VARIANT), ...foldersOf(LIBRARY), ...foldersOf('@jitl/quickjs-ffi-types', LIBRARY)],
}
/** By the clock, so ample: a busy machine must not refuse a script that takes a moment to compile. */
const COMPILE_TIMEOUT_MS = 30_000
/** What the machine has besides the script's memory: its own code's data and stack. */
const MACHINE_BYTES = 32 * 1024 * 1024
const MEMORY_BYTES_MAX = 2 ** 31 - MACHINE_BYTES

/**
 * Executor for scripts: QuickJS in WebAssembly, without clock, chance or host functions, its turns counted, bounded in
 * memory and stack, each run in its own process. Deterministic: a script sees nothing but its input. With `print` its console
 * is heard: for who tries a script on data of their own.
 */
export function createJsExecutor(overrides: Partial<ExecutionLimits> = {}, print?: Print): Executor {
  const limits = requireLimits({ ...DEFAULT_LIMITS.js, ...overrides }, MEMORY_BYTES_MAX)
  const inspect = createInspections(limits, compile)
  return {
    capabilities: () => describe(limits),
    inspect,
    async execute(spec) {
      try {
        await inspect(spec.algorithm)
      } catch (error) {
        if (!(error instanceof AlgorithmRefusedError)) throw error
        return { status: 'CONTRACT', fuelUsed: 0n, reason: `refused: ${error.refusal}` }
      }
      return execute(spec, limits, print)
    },
  }
}

async function compile(algorithm: Uint8Array): Promise<void> {
  const end = await runChild<Answer>({
    ...PROGRAM,
    flags: flagsOf(DEFAULT_LIMITS.js.memoryBytes),
    task: { kind: 'compile' },
    parts: [algorithm],
    answerBytesMax: 0,
    timeoutMs: COMPILE_TIMEOUT_MS,
  })
  if (end.kind !== 'answer') throw new AlgorithmRefusedError('TOO_COMPLEX')
  const { head } = end.frame
  if (head.kind === 'refused') throw new AlgorithmRefusedError(head.refusal)
}

async function execute(
  { algorithm, input, outputBytes }: ExecutionSpec,
  limits: ExecutionLimits,
  print: Print | undefined,
): Promise<Execution> {
  const { fuel, memoryBytes, timeoutMs } = limits
  const end = await runChild<Answer>({
    ...PROGRAM,
    flags: flagsOf(memoryBytes),
    task: { kind: 'run', fuel: fuel.toString(), memoryBytes, outputBytes, prints: print !== undefined },
    parts: [algorithm, input],
    answerBytesMax: outputBytes,
    timeoutMs,
    print,
  })
  return executionOf(end, { fuel, outputBytes })
}

/**
 * A bound on the machine's memory besides its own, and a stack of V8 on which the machine's own limit comes first, whichever
 * compiler V8 takes: so it is the same depth in every run.
 */
const flagsOf = (memoryBytes: number) => [
  `--wasm-max-mem-pages=${(memoryBytes + MACHINE_BYTES) / PAGE_BYTES}`,
  '--stack-size=3900',
]

function describe(limits: ExecutionLimits): ExecutorCapabilities {
  const identity = {
    executor: 'js',
    abi: ALGORITHM_ABI,
    quickjs: QUICKJS_VERSION,
    console: 'silent',
    v8: process.versions.v8,
    fuel: limits.fuel.toString(),
    memoryBytes: limits.memoryBytes,
    timeoutMs: limits.timeoutMs,
    moduleBytes: limits.moduleBytes,
  }
  return {
    name: identity.executor,
    runtimes: ['js'],
    abi: ALGORITHM_ABI,
    deterministic: true,
    isolation: { memory: 'vm', cpu: 'vm', network: 'vm', filesystem: 'vm', processes: 'vm', kernel: 'vm' },
    limits: { ...limits },
    runtimeDigest: canonicalHash(identity),
  }
}
