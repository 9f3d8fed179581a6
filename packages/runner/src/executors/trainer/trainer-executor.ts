import { createHash } from 'node:crypto'
import { canonicalHash, type Hex, TRAINERS, type Trainer, trainerDigest, trainerOf } from '@gristmill/protocol'
import { AlgorithmRefusedError } from '../algorithm-refused-error.js'
import { runChild } from '../child-process.js'
import {
  ALGORITHM_ABI,
  type ExecutionLimits,
  type ExecutionSpec,
  type Executor,
  type ExecutorCapabilities,
} from '../executor.js'
import { DEFAULT_LIMITS, PAGE_BYTES, requireLimits } from '../limits.js'

/** What the process of a trainer is told; the input is its part. */
export interface TrainerTask {
  trainer: Trainer
}

/** What the process of a trainer answers; the values are its part. */
export interface TrainerAnswer {
  kind: 'trained'
}

const PROGRAM = { program: 'trainer/child.js', flags: [], readable: [] }
const MEMORY_BYTES_MAX = 2 ** 31 - PAGE_BYTES

/**
 * Executor of the runner's own trainers, each named by `trainerDigest`, in a process of its own. It takes the input of
 * ALGORITHM.md, with what `trainerInput` adds to the parameters, and gives exact values: `run` adds the noise.
 */
export function createTrainerExecutor(overrides: Partial<ExecutionLimits> = {}): Executor {
  const limits = requireLimits({ ...DEFAULT_LIMITS.trainer, ...overrides }, MEMORY_BYTES_MAX)
  return {
    capabilities: () => describe(limits),
    async inspect(algorithm) {
      if (trainerIn(algorithm) === undefined) throw new AlgorithmRefusedError('NOT_TRAINER')
    },
    async execute({ algorithm, input, outputBytes }: ExecutionSpec) {
      const { timeoutMs, fuel: fuelUsed } = limits
      const trainer = trainerIn(algorithm)
      if (trainer === undefined) return { status: 'CONTRACT', fuelUsed: 0n, reason: 'refused: NOT_TRAINER' }
      const end = await runChild<TrainerAnswer>({
        ...PROGRAM,
        task: { trainer } satisfies TrainerTask,
        parts: [input],
        answerBytesMax: outputBytes,
        timeoutMs,
      })
      if (end.kind === 'timeout') return { status: 'TIMEOUT', fuelUsed, reason: 'time limit' }
      if (end.kind === 'died') return { status: 'ALGO_ERROR', fuelUsed, reason: 'the process died' }
      const output = end.frame.parts[0]
      if (output?.length !== outputBytes) return { status: 'CONTRACT', fuelUsed, reason: 'output length' }
      return { status: 'OK', fuelUsed, reason: 'done', output }
    },
  }
}

function trainerIn(algorithm: Uint8Array): Trainer | undefined {
  const digest: Hex = `0x${createHash('sha256').update(algorithm).digest('hex')}`
  return trainerOf(digest)
}

function describe(limits: ExecutionLimits): ExecutorCapabilities {
  const identity = {
    executor: 'trainer',
    abi: ALGORITHM_ABI,
    trainers: TRAINERS.map(trainerDigest),
    v8: process.versions.v8,
    memoryBytes: limits.memoryBytes,
    timeoutMs: limits.timeoutMs,
  }
  return {
    name: identity.executor,
    runtimes: ['trainer'],
    abi: ALGORITHM_ABI,
    deterministic: true,
    // Nothing of the sponsor's is executed.
    isolation: { memory: 'none', cpu: 'none', network: 'vm', filesystem: 'vm', processes: 'vm', kernel: 'vm' },
    limits: { ...limits },
    runtimeDigest: canonicalHash(identity),
  }
}
