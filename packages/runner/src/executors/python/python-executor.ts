import { canonicalHash, type Isolation } from '@gristmill/protocol'
import { z } from 'zod'
import { EngineNotIsolatedError, SandboxStartError } from '../../engine/errors.js'
import { AlgorithmRefusedError } from '../algorithm-refused-error.js'
import { ALGORITHM_ABI, type Execution, type ExecutionLimits, type ExecutionSpec, type Executor } from '../executor.js'
import { createInspections } from '../inspections.js'
import { DEFAULT_LIMITS, requireLimits } from '../limits.js'
import type { HarnessRequest } from './harness.js'
import type { SandboxBounds, SandboxEnd } from './run-sandbox.js'
import { createSpares, type Spares } from './spares.js'

/** Of one run: the sandbox's own, the algorithm's, and what its libraries start. */
export const PROCESSES_MAX = 32

const MEMORY_BYTES_MAX = 2 ** 40
const INSPECT_TIMEOUT_MS = 30_000
const DESCRIPTION_BYTES_MAX = 1024
/** Exit code of a process that SIGKILL ended. */
export const KILLED = 137
/** Of one that SIGXCPU did. */
const OVER_CPU = 152

/** How one request to the harness went. */
export interface Ran {
  end: SandboxEnd
  isOutOfMemory: boolean
  /** Of processor time; of the clock where nobody counts the former. */
  usedMicros: bigint
}

/** A fresh sandbox whose harness waits for its one request. */
export interface WaitingSandbox {
  /** False once it is gone. */
  isWaiting(): boolean
  ask(request: HarnessRequest, bounds: SandboxBounds): Promise<Ran>
  /** Ends one that gets no request. */
  drop(): Promise<void>
}

/** Starts a sandbox. */
export type Sandbox = (limits: ExecutionLimits) => WaitingSandbox

/** What a Python executor is made of. */
export interface PythonExecutorParams {
  name: string
  /** What of the machine decides how a run goes, besides the versions of Python and its libraries. */
  identity: Readonly<Record<string, string | boolean>>
  isolation: Isolation
  sandbox: Sandbox
  limits: Partial<ExecutionLimits>
  /** Sandboxes that are kept waiting for requests to come; default: none. */
  spares?: number | undefined
}

/** What the harness says of the sandbox that it is in. */
const descriptionSchema = z.object({ versions: z.array(z.string()), holes: z.array(z.string()) })

/**
 * An executor for Python; undefined if the harness does not work in its sandbox. Throws EngineNotIsolatedError if the
 * harness finds there what the sandbox should keep from it.
 */
export async function createPythonExecutor(params: PythonExecutorParams): Promise<Executor | undefined> {
  const { name, identity, isolation, sandbox } = params
  const limits = requireLimits({ ...DEFAULT_LIMITS.python, ...params.limits }, MEMORY_BYTES_MAX)
  const bounds = { answerBytesMax: DESCRIPTION_BYTES_MAX, timeoutMs: INSPECT_TIMEOUT_MS }
  const { end } = await sandbox(DEFAULT_LIMITS.python).ask({ task: 'describe' }, bounds)
  const described = end.kind === 'answer' && end.answer.status === 'OK' ? descriptionOf(end.answer.output) : undefined
  if (described === undefined) return undefined
  const { versions, holes } = described
  if (holes.length > 0) throw new EngineNotIsolatedError(name, `an algorithm would find ${holes.join(', ')}`)
  const runtimeDigest = canonicalHash({
    executor: name,
    abi: ALGORITHM_ABI,
    versions,
    ...identity,
    fuel: limits.fuel.toString(),
    memoryBytes: limits.memoryBytes,
    timeoutMs: limits.timeoutMs,
    moduleBytes: limits.moduleBytes,
  })
  const spares = createSpares(params.spares ?? 0, () => sandbox(limits))
  return {
    capabilities: () => ({
      name,
      runtimes: ['python'],
      abi: ALGORITHM_ABI,
      deterministic: false,
      isolation: { ...isolation },
      limits: { ...limits },
      runtimeDigest,
    }),
    inspect: createInspections(limits, (algorithm) => compile(name, spares, algorithm)),
    execute: (spec) => execute(name, spares, limits, spec),
  }
}

function descriptionOf(output: Uint8Array): z.infer<typeof descriptionSchema> | undefined {
  try {
    return descriptionSchema.parse(JSON.parse(Buffer.from(output).toString('utf8')))
  } catch {
    return undefined
  }
}

async function compile(name: string, spares: Spares, algorithm: Uint8Array): Promise<void> {
  const bounds = { answerBytesMax: 1, timeoutMs: INSPECT_TIMEOUT_MS }
  const { end } = await spares.take().ask({ task: 'inspect', algorithm }, bounds)
  spares.renew()
  if (end.kind === 'unstarted') throw new SandboxStartError(name, end.reason)
  if (end.kind !== 'answer') throw new AlgorithmRefusedError('TOO_COMPLEX')
  if (end.answer.status !== 'OK') throw new AlgorithmRefusedError('SYNTAX')
}

async function execute(
  name: string,
  spares: Spares,
  limits: ExecutionLimits,
  { algorithm, input, outputBytes }: ExecutionSpec,
): Promise<Execution> {
  const { fuel, moduleBytes, timeoutMs } = limits
  if (algorithm.length > moduleBytes) return { status: 'CONTRACT', fuelUsed: 0n, reason: 'refused: TOO_LARGE' }
  const request: HarnessRequest = { task: 'run', algorithm, input, outputBytes }
  const ran = await spares.take().ask(request, { answerBytesMax: 1 + outputBytes, timeoutMs })
  spares.renew()
  // It is not the algorithm's doing: nobody is charged with it.
  if (ran.end.kind === 'unstarted') throw new SandboxStartError(name, ran.end.reason)
  const fuelUsed = least(ran.usedMicros, fuel)
  const { status, reason, output } = endOf(ran.end, ran.isOutOfMemory)
  if (status !== 'OK') return { status, reason, fuelUsed }
  if (output.length !== outputBytes) return { status: 'CONTRACT', reason: 'output length', fuelUsed }
  return { status, reason, fuelUsed, output }
}

const least = (one: bigint, other: bigint): bigint => (one < other ? one : other)

function endOf(
  end: Exclude<SandboxEnd, { kind: 'unstarted' }>,
  isOutOfMemory: boolean,
): Pick<Execution, 'status' | 'reason'> & { output: Uint8Array } {
  const output = new Uint8Array()
  if (end.kind === 'answer') return end.answer
  if (end.kind === 'timeout') return { status: 'TIMEOUT', reason: 'time limit', output }
  if (isOutOfMemory) return { status: 'OOM', reason: 'memory limit', output }
  if (end.kind === 'spent' || end.code === OVER_CPU) return { status: 'FUEL', reason: 'fuel limit', output }
  return { status: 'ALGO_ERROR', reason: end.code === KILLED ? 'killed' : 'the process died', output }
}
