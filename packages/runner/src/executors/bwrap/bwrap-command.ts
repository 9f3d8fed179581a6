import { existsSync, realpathSync } from 'node:fs'
import { HARNESS } from '../python/harness.js'
import { PINS } from '../python/pins.js'
import type { SandboxCommand } from '../python/run-sandbox.js'

const PYTHON = '/usr/bin/python3'
/** Whom the algorithm is, in the sandbox and, where the runner is root, outside as well: nobody. */
const NOBODY = '65534'
/** Of its own user namespace: the command, its first process, the algorithm and the threads of libraries. */
const FILES_MAX = 64
const STACK_BYTES = 64 * 1024 * 1024
/** What the interpreter and its libraries map besides the memory they use, where only address space can be bounded. */
const MAPPED_BYTES = 1024 * 1024 * 1024

/** Bounds that `bwrapCommand` sets on each process. */
export interface ProcessLimits {
  memoryBytes: number
  cpuSeconds: number
  processes: number
}

/** Moves itself into the control groups before "--", then becomes what follows. */
const JOIN = 'while [ "$1" != -- ]; do echo 0 >"$1" || exit 125; shift; done; shift; exec "$@"'

/**
 * What the algorithm sees of the host: the interpreter, the distribution's libraries below /usr/lib, the links that choose
 * among them, and time zones. Nothing of it can be written to; there is no other file system, no /proc, no /dev.
 */
function view(): string[] {
  const readable = ['/usr/lib', '/etc/alternatives', '/usr/share/zoneinfo', '/usr/lib64'].filter((path) =>
    existsSync(path),
  )
  const links = ['lib', 'lib64'].filter((name) => existsSync(`/${name}`))
  return [
    ...readable.flatMap((path) => ['--ro-bind', path, path]),
    ...['--ro-bind', realpathSync(PYTHON), PYTHON],
    ...links.flatMap((name) =>
      realpathSync(`/${name}`) === `/usr/${name}`
        ? ['--symlink', `usr/${name}`, `/${name}`]
        : ['--ro-bind', `/${name}`, `/${name}`],
    ),
    ...['--remount-ro', '/'],
  ]
}

/** The command that runs the harness in a sandbox of its own. */
export function bwrapCommand(
  { memoryBytes, cpuSeconds, processes }: ProcessLimits,
  seccomp: Uint8Array,
  group?: { joinFiles: readonly string[] },
): SandboxCommand {
  const bwrap = [
    ...['bwrap', '--unshare-all', '--unshare-user', '--uid', NOBODY, '--gid', NOBODY, '--hostname', 'sandbox'],
    ...['--die-with-parent', '--new-session', '--cap-drop', 'ALL', '--seccomp', '3', '--chdir', '/'],
    ...view(),
    '--clearenv',
    ...Object.entries(PINS).flatMap(([name, value]) => ['--setenv', name, value]),
    ...['--', PYTHON, '-s', '-B', '-c', HARNESS],
  ]
  // As root, so that what gets out of the sandbox is nobody on the host, too.
  const become = ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', '--']
  const limit = [
    'prlimit',
    // A control group counts what is used; address space is a poor measure of that, and the only one without.
    ...(group === undefined ? [`--as=${memoryBytes + MAPPED_BYTES}`, `--nproc=${processes}`] : []),
    ...[`--cpu=${cpuSeconds}:${cpuSeconds + 1}`, '--fsize=0', '--core=0', `--nofile=${FILES_MAX}`],
    ...[`--stack=${STACK_BYTES}`, '--memlock=0', '--msgqueue=0', '--rtprio=0', '--nice=0', '--'],
  ]
  const join = group === undefined ? [] : ['sh', '-c', JOIN, 'sh', ...group.joinFiles, '--']
  const [file = '', ...args] = [...join, ...limit, ...(process.getuid?.() === 0 ? become : []), ...bwrap]
  return { command: [file, ...args], env: { PATH: '/usr/bin:/bin:/usr/sbin:/sbin' }, extra: seccomp }
}
