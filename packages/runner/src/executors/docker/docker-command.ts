import { readFileSync } from 'node:fs'
import { HARNESS } from '../python/harness.js'
import { PINS } from '../python/pins.js'
import type { SandboxCommand } from '../python/run-sandbox.js'
import { CLIENT_ENV, clientOf } from './docker-client.js'

/** Which image runs Python, and under what. */
export interface DockerOptions {
  /** By digest: `name@sha256:…`, or `sha256:…` of one that is here. It has python3 with numpy, and declares no volume. */
  image: string
  /** A runtime that the engine knows, as "runsc" for gVisor; default: the engine's. */
  runtime?: string
  /** Where the engine listens, as `unix:///run/docker.sock`; default: /var/run/docker.sock. */
  host?: string
  /** For every answer of the engine but that of an algorithm; default: 20 seconds. */
  patienceMs?: number
}

/** Bounds of a container. */
export interface ContainerLimits {
  memoryBytes: number
  cpuSeconds: number
  processes: number
}

/** What a container is called, and said to be. */
export interface ContainerNames {
  name: string
  /** KEY=VALUE. */
  labels: readonly string[]
}

const NOBODY = '65534:65534'
/** Of a network that is for examples only (RFC 5737). */
const NO_SERVER = '192.0.2.1'
const STACK_BYTES = 64 * 1024 * 1024

/** Sets the filter of system calls that is its last argument, then is the harness. */
const PROGRAM = `${readFileSync(new URL('../../../python/filter.py', import.meta.url), 'utf8')}\n${HARNESS}`

/** What an engine puts into every container and no algorithm needs: hidden below empty folders. */
const HIDDEN = ['/sys', '/dev/mqueue']

/** Of everything that a container may do. Nothing can be written, a message in a queue included. */
const ulimits = (cpuSeconds: number): string[] => [
  `cpu=${cpuSeconds}:${cpuSeconds + 1}`,
  ...['fsize=0', 'core=0', 'nofile=64', 'memlock=0', 'msgqueue=0', 'rtprio=0', 'nice=0', `stack=${STACK_BYTES}`],
]

/**
 * The command that runs the harness in a container. No file system in it can be written to and nothing of the host is
 * bound: algorithm and input come by standard input, the output leaves by standard output, what it prints nowhere unless
 * `isHeard`.
 */
export function dockerCommand(
  options: DockerOptions,
  { memoryBytes, cpuSeconds, processes }: ContainerLimits,
  { name, labels }: ContainerNames,
  seccomp: Uint8Array,
  isHeard = false,
): SandboxCommand {
  const { image, runtime } = options
  const ends = ['stdin', 'stdout', ...(isHeard ? ['stderr'] : [])]
  const each = (option: string, values: readonly string[]) => values.flatMap((value) => [option, value])
  return {
    command: [
      ...clientOf(options),
      ...['run', '--name', name, '--interactive', '--pull', 'never', '--log-driver', 'none', '--no-healthcheck'],
      ...each('--attach', ends),
      ...each('--label', labels),
      // An engine copies the host's name servers into every container.
      ...['--network', 'none', '--dns', NO_SERVER, '--dns-search', '.', '--ipc', 'none'],
      ...['--cgroupns', 'private', '--hostname', 'sandbox'],
      ...['--cap-drop', 'ALL', '--security-opt', 'no-new-privileges', '--user', NOBODY, '--read-only'],
      ...each(
        '--tmpfs',
        HIDDEN.map((path) => `${path}:ro,size=4k`),
      ),
      ...['--memory', `${memoryBytes}b`, '--memory-swap', `${memoryBytes}b`, '--pids-limit', String(processes)],
      ...['--cpus', '1', ...each('--ulimit', ulimits(cpuSeconds)), '--workdir', '/'],
      ...each(
        '--env',
        Object.entries(PINS).map(([key, value]) => `${key}=${value}`),
      ),
      ...(runtime === undefined ? [] : ['--runtime', runtime]),
      ...['--entrypoint', 'python3', image, '-s', '-B', '-c', PROGRAM, Buffer.from(seccomp).toString('hex')],
    ],
    env: CLIENT_ENV,
  }
}
