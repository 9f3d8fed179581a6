import { HARNESS } from '../python/harness.js'
import { PINS } from '../python/pins.js'
import type { SandboxCommand } from '../python/run-sandbox.js'

/** Which image runs Python, and under what. */
export interface DockerOptions {
  /** By digest: `name@sha256:…`, or `sha256:…` of one that is here. It has python3 with numpy, and declares no volume. */
  image: string
  /** A runtime that the engine knows, as "runsc" for gVisor; default: the engine's. */
  runtime?: string
  /** Where the engine listens, as `unix:///run/docker.sock`; default: the client's. */
  host?: string
}

/** Bounds of a container. */
export interface ContainerLimits {
  memoryBytes: number
  cpuSeconds: number
  processes: number
}

const NOBODY = '65534:65534'

/** Environment of every command of the client: nothing of the runner's. */
export const CLIENT_ENV = { PATH: '/usr/local/bin:/usr/bin:/bin' } as const

/** The client, and which engine it asks. */
export const clientOf = ({ host }: Pick<DockerOptions, 'host'>): [string, ...string[]] =>
  host === undefined ? ['docker'] : ['docker', '--host', host]

/**
 * The command that runs the harness in a container. No file system in it can be written to and nothing of the host is
 * bound: algorithm and input come by standard input, the output leaves by standard output.
 */
export function dockerCommand(
  options: DockerOptions,
  { memoryBytes, cpuSeconds, processes }: ContainerLimits,
  name: string,
): SandboxCommand {
  const { image, runtime } = options
  const env = Object.entries(PINS).flatMap(([key, value]) => ['--env', `${key}=${value}`])
  return {
    command: [
      ...clientOf(options),
      ...['run', '--name', name, '--interactive', '--attach', 'stdin', '--attach', 'stdout', '--pull', 'never'],
      ...['--network', 'none', '--ipc', 'none', '--read-only', '--log-driver', 'none', '--no-healthcheck'],
      ...['--cap-drop', 'ALL', '--security-opt', 'no-new-privileges', '--user', NOBODY, '--hostname', 'sandbox'],
      ...['--memory', `${memoryBytes}b`, '--memory-swap', `${memoryBytes}b`, '--pids-limit', String(processes)],
      ...['--cpus', '1', '--ulimit', `cpu=${cpuSeconds}:${cpuSeconds + 1}`, '--ulimit', 'fsize=0'],
      ...['--ulimit', 'core=0', '--ulimit', 'nofile=64', '--workdir', '/', ...env],
      ...(runtime === undefined ? [] : ['--runtime', runtime]),
      ...['--entrypoint', 'python3', image, '-s', '-B', '-c', HARNESS],
    ],
    env: CLIENT_ENV,
  }
}
