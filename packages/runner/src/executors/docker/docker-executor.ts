import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { EngineError, EngineRefusedError, EngineUnavailableError } from '../../engine/errors.js'
import { seccompProgram } from '../bwrap/seccomp.js'
import { SYSCALLS } from '../bwrap/syscalls.js'
import type { ExecutionLimits, Executor } from '../executor.js'
import type { Print } from '../print.js'
import { createPythonExecutor, KILLED, PROCESSES_MAX, type Sandbox } from '../python/python-executor.js'
import { type SandboxEnd, startSandbox } from '../python/run-sandbox.js'
import { SPARE_WAIT_MS } from '../python/spares.js'
import { ask } from './docker-client.js'
import { type DockerOptions, dockerCommand } from './docker-command.js'
import { examineDocker } from './examine-docker.js'
import { forget, keep, labelsFor, sweep } from './left-overs.js'
import { type ProcessorTime, socketOf, watchProcessorTime } from './processor-time.js'

const ENGINE = 'docker'
const GVISOR = 'runsc'
/** Its first process was not started. */
const NEVER = '0001-01-01T00:00:00Z'
/** At the state of a container that was killed, and how long after one another. */
const KILLED_LOOKS = 5
const LOOK_MS = 100
/** Longer than a fresh sandbox takes for anything but a run. */
const MINUTE_MS = 60_000

/** What is neither a limit nor about the engine; as for bubblewrap. */
export interface DockerSandboxOptions {
  /** What programs print is heard: for who tries one on data of their own. */
  print?: Print | undefined
  /** Containers that are kept started for a minute after one was used, each for one algorithm. Default: none. */
  spares?: number | undefined
}

/**
 * Executor for Python in containers: no network, no capabilities, a read-only root, the filter of system calls that
 * bubblewrap has beside the engine's own, memory, processes and processor time bounded by the engine, gVisor's kernel where
 * the runtime is "runsc". Undefined where no engine answers in time or it cannot limit, or the image is not there, is not
 * named by a digest, declares a volume (which could be written to), or has no numpy, or where an algorithm would find in its
 * container what it was told to keep away. What runners that are gone have left on the engine is removed first.
 */
export async function createDockerExecutor(
  options: DockerOptions,
  overrides: Partial<ExecutionLimits> = {},
  how: DockerSandboxOptions = {},
): Promise<Executor | undefined> {
  try {
    return await requireDockerExecutor(options, overrides, how)
  } catch (error) {
    if (error instanceof EngineError) return undefined
    throw error
  }
}

/** As `createDockerExecutor`, but throws an EngineError that says why there is none. */
export async function requireDockerExecutor(
  options: DockerOptions,
  overrides: Partial<ExecutionLimits> = {},
  { print, spares }: DockerSandboxOptions = {},
): Promise<Executor> {
  const syscalls = SYSCALLS[process.arch]
  if (syscalls === undefined) throw new EngineRefusedError(ENGINE, 'run', `no filter is known for ${process.arch}`)
  const { image, runtime } = options
  const { version: engine } = await examineDocker(options)
  await sweep(options)
  const wall = 'namespace'
  const kernel = runtime === GVISOR ? 'user-space-kernel' : 'seccomp'
  const cpu = socketOf(options) === undefined ? 'rlimit' : 'cgroup'
  const executor = await createPythonExecutor({
    name: ENGINE,
    identity: { engine, image, runtime: runtime ?? 'default', arch: process.arch },
    isolation: { memory: 'cgroup', cpu, network: wall, filesystem: wall, processes: wall, kernel },
    sandbox: sandboxOf(options, seccompProgram(syscalls), print),
    limits: overrides,
    spares,
  })
  if (executor === undefined) throw new EngineRefusedError(ENGINE, 'run', 'the image has no python3 with numpy')
  return executor
}

function sandboxOf(options: DockerOptions, seccomp: Uint8Array, print: Print | undefined): Sandbox {
  const socket = socketOf(options)
  /** Containers that the engine did not remove when it was asked. */
  const left = new Set<string>()
  const remove = async (name: string) => {
    for (const old of [name, ...left]) {
      const isRemoved = (await ask(options, ['rm', '--force', '--volumes', old])) !== undefined
      if (isRemoved) {
        left.delete(old)
        forget(old)
      } else left.add(old)
      // An engine that is ill is asked once.
      if (!isRemoved) return
    }
  }
  return ({ fuel, memoryBytes, timeoutMs }) => {
    const name = `gristmill-${randomUUID()}`
    const cpuSeconds = Number((fuel + 999_999n) / 1_000_000n)
    const labels = labelsFor(SPARE_WAIT_MS + Math.max(timeoutMs, MINUTE_MS))
    const bounds = { memoryBytes, cpuSeconds, processes: PROCESSES_MAX }
    const command = dockerCommand(options, bounds, { name, labels }, seccomp, print !== undefined)
    let time: ProcessorTime | undefined
    keep(options, name)
    const sandbox = startSandbox({ ...command, isSpent: () => time?.isOver(fuel) ?? false, print })
    return {
      isWaiting: sandbox.isWaiting,
      async ask(request, limits) {
        const startedAt = performance.now()
        time = socket === undefined ? undefined : watchProcessorTime(socket, name)
        try {
          const end = await sandbox.ask(request, limits)
          const elapsedMicros = BigInt(Math.round(1000 * (performance.now() - startedAt)))
          const usedMicros = time?.usedMicros() ?? elapsedMicros
          if (end.kind === 'answer') return { end, isOutOfMemory: false, usedMicros }
          const state = await stateAfter(options, name, end)
          // Otherwise it is not the algorithm's doing: nobody is charged with it.
          if (state === undefined || !hasRun(state, end)) throw new EngineUnavailableError(ENGINE, 'run')
          // The kernel kills the first process of a container where it would only tell another that its time is over.
          const isSpent = end.kind === 'died' && end.code === KILLED && usedMicros >= fuel
          return {
            end: isSpent && !state.isOutOfMemory ? { kind: 'spent' } : end,
            isOutOfMemory: state.isOutOfMemory,
            usedMicros,
          }
        } finally {
          time?.close()
          await remove(name)
        }
      },
      async drop() {
        await sandbox.drop()
        await remove(name)
      },
    }
  }
}

/** What became of a container. That the kernel killed it for its memory comes to its engine another way, and may come later. */
async function stateAfter(options: DockerOptions, name: string, end: SandboxEnd): Promise<ContainerState | undefined> {
  const isKilled = end.kind === 'died' && end.code === KILLED
  for (let looks = isKilled ? KILLED_LOOKS : 1; ; looks--) {
    const state = await stateOf(options, name)
    if (looks === 1 || state === undefined || state.isOutOfMemory) return state
    await pause(LOOK_MS)
  }
}

interface ContainerState {
  isOutOfMemory: boolean
  isRunning: boolean
  isStarted: boolean
}

async function stateOf(options: DockerOptions, name: string): Promise<ContainerState | undefined> {
  const format = '{{.State.OOMKilled}} {{.State.Running}} {{.State.StartedAt}}'
  const told = await ask(options, ['inspect', '--format', format, name])
  if (told === undefined) return undefined
  const [isOutOfMemory, isRunning, startedAt] = told.split(' ')
  return { isOutOfMemory: isOutOfMemory === 'true', isRunning: isRunning === 'true', isStarted: startedAt !== NEVER }
}

/** Whether how a run ended is how its container did: a client may have lost an engine that goes on. */
function hasRun({ isRunning, isStarted }: ContainerState, end: SandboxEnd): boolean {
  const isLost = end.kind === 'died' && end.code !== null && isRunning
  return isStarted && !isLost
}
