import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { archiveOfPython, type PythonPackage } from './_python-image.ts'

const START_MS = 30_000
const IMPORT_MS = 120_000
const NEEDED = ['/usr/sbin/dockerd', '/usr/bin/docker', '/usr/bin/unshare']

/** Why there is no engine of our own here; undefined where one can be started. */
export const NO_DOCKER: string | undefined =
  process.platform !== 'linux' || process.getuid?.() !== 0
    ? 'only root of a Linux machine can start an engine of its own'
    : NEEDED.every((file) => existsSync(file))
      ? undefined
      : 'Docker is not installed (Debian: docker.io)'

/**
 * Keeps an engine as long as its standard input is open: that ends with the process that holds the other end, whatever way
 * that dies. Then nothing is left: the namespaces take the mounts and all processes along, the rest is removed here.
 */
const GUARD = `
trap '' INT TERM HUP
folder=$1 group=$2 inner=$3; shift 3
unshare --mount --pid --fork --kill-child --mount-proc sh -c "$inner" sh "$folder" "$@" </dev/null >"$folder/log" 2>&1 &
engine=$!
cat >/dev/null
kill -9 $engine
wait $engine
for _ in $(seq 50); do rm -rf "$folder" && break; sleep 0.1; done
for _ in $(seq 20); do
  left=no
  for top in /sys/fs/cgroup/$group /sys/fs/cgroup/*/$group; do
    if [ -d "$top" ]; then find "$top" -depth -type d -exec rmdir {} +; fi
    if [ -d "$top" ]; then left=yes; fi
  done
  [ $left = no ] && break
  sleep 0.1
done
`

/** First process of the engine's namespace. An engine that dies is started again, as a service would be. */
const INNER = `
folder=$1; shift
mount -t tmpfs tmpfs /run && mount -t tmpfs tmpfs /etc/docker || exit 1
[ ! -d /opt ] || mount -t tmpfs tmpfs /opt
while :; do
  rm -f "$folder/pid"
  dockerd "$@"
  sleep 0.1
done
`

const run = promisify(execFile)

/** A Docker engine of the system's packages in a temporary folder, without a network, for nobody else. */
export class DockerEngine implements AsyncDisposable {
  /** For `docker --host`. */
  readonly host: string
  readonly #folder: string
  readonly #guard: ChildProcess

  private constructor(folder: string) {
    this.#folder = folder
    this.host = `unix://${folder}/docker.sock`
    const group = `gristmill-tests-${randomUUID()}`
    const options = [
      ...['--data-root', join(folder, 'data'), '--exec-root', join(folder, 'exec'), '--pidfile', join(folder, 'pid')],
      ...['--host', this.host, '--cgroup-parent', `/${group}`, '--exec-opt', 'native.cgroupdriver=cgroupfs'],
      ...['--bridge=none', '--iptables=false', '--ip6tables=false'],
    ]
    this.#guard = spawn('sh', ['-c', GUARD, 'sh', folder, group, INNER, ...options], {
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    })
  }

  /** Throws with the engine's last words where it does not start. */
  static async start(): Promise<DockerEngine> {
    const engine = new DockerEngine(await mkdtemp(join(tmpdir(), 'gristmill-docker-')))
    try {
      await engine.answers()
    } catch (error) {
      await engine[Symbol.asyncDispose]()
      throw error
    }
    return engine
  }

  /** Waits until it answers, as after its start or its death. */
  async answers(): Promise<void> {
    const giveUpAt = Date.now() + START_MS
    while (!(await this.docker('version').catch(() => undefined))) {
      if (Date.now() > giveUpAt || this.#guard.exitCode !== null) throw new Error(`no engine: ${this.#lastWords()}`)
      await pause(50)
    }
  }

  /** What a command of the client prints. */
  async docker(...args: string[]): Promise<string> {
    const { stdout } = await run('docker', ['--host', this.host, ...args], { timeout: IMPORT_MS })
    return stdout.trim()
  }

  /** Brings an image of this machine's Python; its id. */
  async importPython(packages?: readonly PythonPackage[]): Promise<string> {
    const script = `${await archiveOfPython(packages)} | docker --host ${this.host} import -`
    const { stdout } = await run('sh', ['-c', script], { timeout: IMPORT_MS })
    return stdout.trim()
  }

  /** Of the engine itself. */
  signal(signal: NodeJS.Signals): void {
    // In its own namespace; the kernel tells which process that is here.
    const inner = Number(readFileSync(join(this.#folder, 'pid'), 'utf8'))
    process.kill(this.#outside(inner), signal)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#guard.exitCode !== null) return
    const ended = once(this.#guard, 'exit')
    this.#guard.stdin?.end()
    await ended
  }

  #lastWords(): string {
    const log = join(this.#folder, 'log')
    const lines = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []
    return lines.findLast((line) => /level=(error|fatal)|failed/.test(line)) ?? lines.at(-1) ?? 'it said nothing'
  }

  #outside(inner: number): number {
    const children = (pid: number): number[] =>
      readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
    const below = (pid: number): number[] => children(pid).flatMap((child) => [child, ...below(child)])
    const found = below(this.#guard.pid as number).find((pid) =>
      new RegExp(`^NSpid:.*\\s${inner}$`, 'm').test(readFileSync(`/proc/${pid}/status`, 'utf8')),
    )
    if (found === undefined) throw new Error('the engine is not there')
    return found
  }
}
