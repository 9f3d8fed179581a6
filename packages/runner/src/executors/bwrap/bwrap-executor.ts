import { spawnSync } from 'node:child_process'
import { canonicalHash } from '@gristmill/protocol'
import { AlgorithmRefusedError } from '../algorithm-refused-error.js'
import {
  ALGORITHM_ABI,
  type Execution,
  type ExecutionLimits,
  type ExecutionSpec,
  type Executor,
  type ExecutorCapabilities,
} from '../executor.js'
import { createInspections } from '../inspections.js'
import { DEFAULT_LIMITS, requireLimits } from '../limits.js'
import type { HarnessRequest } from '../python/harness.js'
import { runSandbox, type SandboxEnd } from '../python/run-sandbox.js'
import { bwrapCommand } from './bwrap-command.js'
import { openControlGroup } from './control-group.js'
import { seccompProgram } from './seccomp.js'
import { SYSCALLS } from './syscalls.js'

const MEMORY_BYTES_MAX = 2 ** 40
/** Of one run: the sandbox's own two, the algorithm's, and what its libraries start. */
const PROCESSES_MAX = 32
const INSPECT_TIMEOUT_MS = 30_000
const VERSIONS_BYTES_MAX = 1024
/** Exit codes of bwrap for a process that a signal ended: 128 + SIGKILL, 128 + SIGXCPU. */
const KILLED = 137
const OVER_CPU = 152

/** What this machine has for Python, and whether its kernel counts runs by control groups. */
interface Machine {
  versions: string
  bubblewrap: string
  counts: boolean
  seccomp: Uint8Array
}

/**
 * Executor for Python on Linux: bubblewrap with every namespace of its own, a filter of system calls, a read-only view of
 * the distribution's libraries, limits by control group where this process may make one and per process otherwise.
 * Undefined where that does not work: no bubblewrap or numpy, no namespaces allowed, another system or processor.
 */
export async function createBwrapExecutor(overrides: Partial<ExecutionLimits> = {}): Promise<Executor | undefined> {
  const limits = requireLimits({ ...DEFAULT_LIMITS.python, ...overrides }, MEMORY_BYTES_MAX)
  const machine = await examine()
  if (machine === undefined) return undefined
  const inspect = createInspections(limits, (algorithm) => compile(machine, limits, algorithm))
  return {
    capabilities: () => describe(limits, machine),
    inspect,
    execute: (spec) => execute(machine, limits, spec),
  }
}

async function examine(): Promise<Machine | undefined> {
  const syscalls = SYSCALLS[process.arch]
  if (process.platform !== 'linux' || syscalls === undefined) return undefined
  const { status, stdout } = spawnSync('bwrap', ['--version'], { encoding: 'utf8' })
  if (status !== 0) return undefined
  const group = openControlGroup({ memoryBytes: DEFAULT_LIMITS.python.memoryBytes, processes: PROCESSES_MAX })
  await group?.close()
  const machine = { bubblewrap: stdout.trim(), counts: group !== undefined, seccomp: seccompProgram(syscalls) }
  const { end } = await sandbox(
    machine,
    DEFAULT_LIMITS.python,
    { task: 'versions' },
    {
      answerBytesMax: VERSIONS_BYTES_MAX,
      timeoutMs: INSPECT_TIMEOUT_MS,
    },
  )
  if (end.kind !== 'answer' || end.answer.status !== 'OK') return undefined
  return { ...machine, versions: Buffer.from(end.answer.output).toString('latin1') }
}

async function compile(machine: Machine, limits: ExecutionLimits, algorithm: Uint8Array): Promise<void> {
  const bounds = { answerBytesMax: 1, timeoutMs: INSPECT_TIMEOUT_MS }
  const { end } = await sandbox(machine, limits, { task: 'inspect', algorithm }, bounds)
  if (end.kind !== 'answer') throw new AlgorithmRefusedError('TOO_COMPLEX')
  if (end.answer.status !== 'OK') throw new AlgorithmRefusedError('SYNTAX')
}

async function execute(
  machine: Machine,
  limits: ExecutionLimits,
  { algorithm, input, outputBytes }: ExecutionSpec,
): Promise<Execution> {
  const { fuel, moduleBytes, timeoutMs } = limits
  if (algorithm.length > moduleBytes) return { status: 'CONTRACT', fuelUsed: 0n, reason: 'refused: TOO_LARGE' }
  const request: HarnessRequest = { task: 'run', algorithm, input, outputBytes }
  const ran = await sandbox(machine, limits, request, { answerBytesMax: 1 + outputBytes, timeoutMs })
  const fuelUsed = least(ran.usedMicros, fuel)
  const { status, reason, output } = endOf(ran)
  if (status !== 'OK') return { status, reason, fuelUsed }
  if (output.length !== outputBytes) return { status: 'CONTRACT', reason: 'output length', fuelUsed }
  return { status, reason, fuelUsed, output }
}

const least = (one: bigint, other: bigint): bigint => (one < other ? one : other)

interface Ran {
  end: SandboxEnd
  isOutOfMemory: boolean
  usedMicros: bigint
}

function endOf({ end, isOutOfMemory }: Ran): Pick<Execution, 'status' | 'reason'> & { output: Uint8Array } {
  const output = new Uint8Array()
  if (end.kind === 'answer') return end.answer
  if (end.kind === 'timeout') return { status: 'TIMEOUT', reason: 'time limit', output }
  if (isOutOfMemory) return { status: 'OOM', reason: 'memory limit', output }
  if (end.kind === 'spent' || end.code === OVER_CPU) return { status: 'FUEL', reason: 'fuel limit', output }
  return { status: 'ALGO_ERROR', reason: end.code === KILLED ? 'killed' : 'the process died', output }
}

async function sandbox(
  { counts, seccomp }: Pick<Machine, 'counts' | 'seccomp'>,
  { fuel, memoryBytes }: ExecutionLimits,
  request: HarnessRequest,
  bounds: { answerBytesMax: number; timeoutMs: number },
): Promise<Ran> {
  const group = counts ? openControlGroup({ memoryBytes, processes: PROCESSES_MAX }) : undefined
  const started = performance.now()
  const elapsed = () => BigInt(Math.round(1000 * (performance.now() - started)))
  const usedMicros = () => group?.usedMicros() ?? elapsed()
  try {
    const cpuSeconds = Number((fuel + 999_999n) / 1_000_000n)
    const command = bwrapCommand({ memoryBytes, cpuSeconds, processes: PROCESSES_MAX }, seccomp, group)
    const isSpent = group && (() => group.usedMicros() > fuel)
    const end = await runSandbox({ ...command, ...(isSpent && { isSpent }) }, request, bounds)
    return { end, isOutOfMemory: group?.isOutOfMemory() ?? false, usedMicros: usedMicros() }
  } finally {
    await group?.close()
  }
}

function describe(limits: ExecutionLimits, { versions, bubblewrap, counts }: Machine): ExecutorCapabilities {
  const identity = {
    executor: 'bwrap',
    abi: ALGORITHM_ABI,
    bubblewrap,
    versions,
    arch: process.arch,
    counts,
    fuel: limits.fuel.toString(),
    memoryBytes: limits.memoryBytes,
    timeoutMs: limits.timeoutMs,
    moduleBytes: limits.moduleBytes,
  }
  const bound = counts ? 'cgroup' : 'rlimit'
  return {
    name: identity.executor,
    runtimes: ['python'],
    abi: ALGORITHM_ABI,
    deterministic: false,
    isolation: {
      memory: bound,
      cpu: bound,
      network: 'namespace',
      filesystem: 'namespace',
      processes: 'namespace',
      kernel: 'seccomp',
    },
    limits: { ...limits },
    runtimeDigest: canonicalHash(identity),
  }
}
