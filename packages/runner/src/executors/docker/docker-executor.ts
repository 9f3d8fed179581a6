import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { promisify } from 'node:util'
import type { ExecutionLimits, Executor } from '../executor.js'
import { createPythonExecutor, PROCESSES_MAX, type Sandbox } from '../python/python-executor.js'
import { startSandbox } from '../python/run-sandbox.js'
import { CLIENT_ENV, clientOf, type DockerOptions, dockerCommand } from './docker-command.js'

/** An engine that hangs must not hang the runner. */
const CLIENT_TIMEOUT_MS = 20_000
const IMAGE = /^(?:[a-z0-9][a-z0-9./:_-]*@)?sha256:[0-9a-f]{64}$/
const GVISOR = 'runsc'

const run = promisify(execFile)

/**
 * Executor for Python in containers: no network, no capabilities, a read-only root, memory, processes and processor time
 * bounded by the engine, gVisor's kernel where the runtime is "runsc". Undefined where no engine answers in time, or the
 * image is not there, is not named by a digest, declares a volume (which could be written to), or has no numpy.
 */
export async function createDockerExecutor(
  options: DockerOptions,
  overrides: Partial<ExecutionLimits> = {},
): Promise<Executor | undefined> {
  const { image, runtime } = options
  if (!IMAGE.test(image)) return undefined
  const engine = await ask(options, ['version', '--format', '{{.Server.Version}}'])
  const volumes = await ask(options, ['image', 'inspect', '--format', '{{json .Config.Volumes}}', image])
  if (engine === undefined || (volumes !== 'null' && volumes !== '{}')) return undefined
  const wall = 'namespace'
  const kernel = runtime === GVISOR ? 'user-space-kernel' : 'seccomp'
  return createPythonExecutor({
    name: 'docker',
    identity: { engine, image, runtime: runtime ?? 'default', arch: process.arch },
    isolation: { memory: 'cgroup', cpu: 'cgroup', network: wall, filesystem: wall, processes: wall, kernel },
    sandbox: sandboxOf(options),
    limits: overrides,
  })
}

function sandboxOf(options: DockerOptions): Sandbox {
  return ({ fuel, memoryBytes }) => {
    const name = `gristmill-${randomUUID()}`
    const cpuSeconds = Number((fuel + 999_999n) / 1_000_000n)
    const command = dockerCommand(options, { memoryBytes, cpuSeconds, processes: PROCESSES_MAX }, name)
    let isOutOfMemory = false
    const kill = async () => {
      isOutOfMemory = (await ask(options, ['inspect', '--format', '{{.State.OOMKilled}}', name])) === 'true'
      await ask(options, ['rm', '--force', '--volumes', name])
    }
    const sandbox = startSandbox({ ...command, kill })
    return {
      isWaiting: sandbox.isWaiting,
      async ask(request, bounds) {
        const started = performance.now()
        const end = await sandbox.ask(request, bounds)
        return { end, isOutOfMemory, usedMicros: BigInt(Math.round(1000 * (performance.now() - started))) }
      },
      drop: sandbox.drop,
    }
  }
}

/** What a command of the client prints; undefined if it fails or takes too long. */
async function ask(options: DockerOptions, args: readonly string[]): Promise<string | undefined> {
  try {
    const [file, ...client] = clientOf(options)
    const { stdout } = await run(file, [...client, ...args], { env: CLIENT_ENV, timeout: CLIENT_TIMEOUT_MS })
    return stdout.trim()
  } catch {
    return undefined
  }
}
