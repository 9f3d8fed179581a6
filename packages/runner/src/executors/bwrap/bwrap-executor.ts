import { spawnSync } from 'node:child_process'
import { EngineError, SandboxStartError } from '../../engine/errors.js'
import type { ExecutionLimits, Executor } from '../executor.js'
import { DEFAULT_LIMITS } from '../limits.js'
import type { Print } from '../print.js'
import { createPythonExecutor, PROCESSES_MAX, type Sandbox } from '../python/python-executor.js'
import { startSandbox } from '../python/run-sandbox.js'
import { bwrapCommand } from './bwrap-command.js'
import { openControlGroup } from './control-group.js'
import { seccompProgram } from './seccomp.js'
import { SYSCALLS } from './syscalls.js'

/** What is not a limit. */
export interface BwrapOptions {
  /** What programs print is heard: for who tries one on data of their own. */
  print?: Print | undefined
  /**
   * Sandboxes that are kept started for a minute after one was used, each for one algorithm that is not known yet: it then
   * finds interpreter and numpy loaded. Each takes some 40 MB. Default: none.
   */
  spares?: number | undefined
}

/**
 * Executor for Python on Linux: bubblewrap with every namespace of its own, a filter of system calls, a read-only view of
 * the distribution's libraries, limits by control group where this process may make one and per process otherwise.
 * Undefined where that does not work: no bubblewrap or numpy, no namespaces allowed, another system or processor, or an
 * algorithm would find what it may not.
 */
export async function createBwrapExecutor(
  overrides: Partial<ExecutionLimits> = {},
  { print, spares }: BwrapOptions = {},
): Promise<Executor | undefined> {
  const syscalls = SYSCALLS[process.arch]
  if (process.platform !== 'linux' || syscalls === undefined) return undefined
  const { status, stdout } = spawnSync('bwrap', ['--version'], { encoding: 'utf8' })
  if (status !== 0) return undefined
  const { memoryBytes } = DEFAULT_LIMITS.python
  const group = openControlGroup({ memoryBytes, processes: PROCESSES_MAX })
  await group?.close()
  const counts = group !== undefined
  const bound = counts ? 'cgroup' : 'rlimit'
  const wall = 'namespace'
  try {
    return await createPythonExecutor({
      name: 'bwrap',
      identity: { bubblewrap: stdout.trim(), arch: process.arch, counts },
      isolation: { memory: bound, cpu: bound, network: wall, filesystem: wall, processes: wall, kernel: 'seccomp' },
      sandbox: sandboxOf(seccompProgram(syscalls), counts, print),
      limits: overrides,
      spares,
    })
  } catch (error) {
    if (error instanceof EngineError) return undefined
    throw error
  }
}

function sandboxOf(seccomp: Uint8Array, counts: boolean, print: Print | undefined): Sandbox {
  return ({ fuel, memoryBytes }) => {
    const group = counts ? openControlGroup({ memoryBytes, processes: PROCESSES_MAX }) : undefined
    if (counts && group === undefined)
      throw new SandboxStartError('bwrap', 'this process may make no control groups any more')
    const cpuSeconds = Number((fuel + 999_999n) / 1_000_000n)
    const command = bwrapCommand({ memoryBytes, cpuSeconds, processes: PROCESSES_MAX }, seccomp, group)
    const isSpent = group && (() => group.usedMicros() > fuel)
    const sandbox = startSandbox({ ...command, ...(isSpent && { isSpent }), print })
    return {
      isWaiting: sandbox.isWaiting,
      async ask(request, bounds) {
        const started = performance.now()
        try {
          const end = await sandbox.ask(request, bounds)
          const elapsedMicros = BigInt(Math.round(1000 * (performance.now() - started)))
          const usedMicros = group?.usedMicros() ?? elapsedMicros
          return { end, isOutOfMemory: group?.isOutOfMemory() ?? false, usedMicros }
        } finally {
          await group?.close()
        }
      },
      async drop() {
        await sandbox.drop()
        await group?.close()
      },
    }
  }
}
