import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { hostname, tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)
const PROGRAMS = ['munged', 'slurmctld', 'slurmd', 'slurmrestd'].map((name) => join('/usr/sbin', name))
/** Those of accounting want a slurmdbd. */
const REST_PLUGINS = 'openapi/v0.0.37,openapi/v0.0.38'
const READY_MS = 30_000

/** Why there is no cluster to test with, or undefined. */
export const missingSlurm = PROGRAMS.every((program) => existsSync(program))
  ? undefined
  : "Slurm, slurmrestd and MUNGE of Debian's packages are not installed"

export type NodeName = 'node1' | 'node2'

/** A Slurm cluster on this machine: MUNGE, controller, two nodes and slurmrestd, in a temporary directory. */
export interface Slurm {
  directory: string
  /** `unix:…` */
  url: string
  /** A directory that both nodes see, for spools. */
  shared: string
  /** What a shell would be told: `squeue -h`. */
  ask(command: 'squeue' | 'scontrol' | 'sinfo', ...args: string[]): Promise<string>
  /** As when the machine loses its power: the daemon and everything it started. */
  killNode(name: NodeName): void
  startNode(name: NodeName): Promise<void>
  stopRest(): Promise<void>
  startRest(): Promise<void>
  close(): Promise<void>
}

export async function startSlurm(): Promise<Slurm> {
  const directory = await mkdtemp(join(tmpdir(), 'gristmill-slurm-'))
  // MUNGE refuses a socket that others cannot reach.
  await chmod(directory, 0o755)
  const at = (name: string) => join(directory, name)
  const ports = await Promise.all(Array.from({ length: 3 }, freePort))
  for (const name of ['state', 'shared', 'node1', 'node2']) mkdirSync(at(name), { mode: 0o700 })
  writeFileSync(at('munge.key'), randomBytes(128), { mode: 0o400 })
  writeFileSync(at('slurm.conf'), configOf(directory, ports))
  const environment = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', SLURM_CONF: at('slurm.conf') }
  const children = new Map<string, ChildProcess>()
  const start = (name: string, command: string, ...args: string[]) => {
    const child = spawn(command, args, { stdio: 'ignore', env: environment, detached: true })
    children.set(name, child)
    return child
  }
  const stop = async (name: string) => {
    const child = children.get(name)
    children.delete(name)
    if (child?.pid === undefined) return
    const ended = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined
    const doomed = [child.pid, ...holdersOf(at(`slurmd-${name}.log`))]
    for (const pid of doomed.flatMap((top) => [top, ...descendants(top)])) kill(pid)
    await ended
  }
  const slurm: Slurm = {
    directory,
    url: `unix:${at('rest.sock')}`,
    shared: at('shared'),
    ask: async (command, ...args) => (await run(command, args, { env: environment })).stdout,
    killNode: (name) => void stop(name),
    async startNode(name) {
      start(name, '/usr/sbin/slurmd', '-D', '-N', name)
    },
    stopRest: () => stop('rest'),
    async startRest() {
      await rm(at('rest.sock'), { force: true })
      const child = spawn('/usr/sbin/slurmrestd', ['-a', 'rest_auth/local', '-s', REST_PLUGINS, slurm.url], {
        stdio: 'ignore',
        // It must be the user of its clients, and would rather not be root.
        env: { ...environment, SLURMRESTD_SECURITY: 'disable_user_check' },
        detached: true,
      })
      children.set('rest', child)
      await until(() => existsSync(at('rest.sock')), 'slurmrestd listens')
    },
    async close() {
      for (const name of [...children.keys()].reverse()) await stop(name)
      await rm(directory, { recursive: true, force: true })
    },
  }
  try {
    start(
      'munge',
      '/usr/sbin/munged',
      '--foreground',
      `--key-file=${at('munge.key')}`,
      `--socket=${at('munge.sock')}`,
      `--pid-file=${at('munge.pid')}`,
      `--log-file=${at('munge.log')}`,
      `--seed-file=${at('munge.seed')}`,
      '--num-threads=2',
    )
    await until(() => existsSync(at('munge.sock')), 'munged listens')
    start('controller', '/usr/sbin/slurmctld', '-D', '-c')
    await slurm.startNode('node1')
    await slurm.startNode('node2')
    await slurm.startRest()
    await until(async () => {
      const idle = await slurm.ask('sinfo', '-h', '-N', '-o', '%T').catch(() => '')
      return idle.split('\n').filter((state) => state === 'idle').length === 2
    }, 'two nodes are idle')
    return slurm
  } catch (error) {
    const logs = ['munge.log', 'slurmctld.log', 'slurmd-node1.log']
      .map((name) => (existsSync(at(name)) ? readFileSync(at(name), 'utf8').slice(-2_000) : ''))
      .join('\n')
    await slurm.close()
    throw new Error(`${String(error)}\n${logs}`)
  }
}

/** Waits for what is to become true. */
export async function until(condition: () => boolean | Promise<boolean>, what: string, ms = READY_MS): Promise<void> {
  const end = performance.now() + ms
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`not within ${ms} ms: ${what}`)
    await pause(50)
  }
}

function configOf(directory: string, [controller, node1, node2]: number[]): string {
  const { username } = userInfo()
  return `ClusterName=gristmill
SlurmctldHost=${hostname()}(127.0.0.1)
SlurmUser=${username}
SlurmdUser=${username}
AuthType=auth/munge
AuthInfo=socket=${directory}/munge.sock,cred_expire=5
CredType=cred/munge
StateSaveLocation=${directory}/state
SlurmdSpoolDir=${directory}/%n
SlurmctldPidFile=${directory}/slurmctld.pid
SlurmdPidFile=${directory}/slurmd-%n.pid
SlurmctldLogFile=${directory}/slurmctld.log
SlurmdLogFile=${directory}/slurmd-%n.log
SlurmctldPort=${controller}
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
SchedulerParameters=batch_sched_delay=0,sched_min_interval=0,bf_interval=1,sched_interval=1
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=1
JobAcctGatherParams=OverMemoryKill
ReturnToService=2
SlurmdTimeout=3
MessageTimeout=2
TCPTimeout=1
KillWait=1
MinJobAge=300
MpiDefault=none
NodeName=node1 NodeHostname=${hostname()} NodeAddr=127.0.0.1 Port=${node1} CPUs=1 RealMemory=2000 Feature=dataset-a
NodeName=node2 NodeHostname=${hostname()} NodeAddr=127.0.0.1 Port=${node2} CPUs=1 RealMemory=2000 Feature=dataset-b
PartitionName=main Nodes=ALL Default=YES MaxTime=60 State=UP
`
}

/** Processes that have a file open: a step of Slurm is no child of its slurmd any more, and writes to the same log. */
function holdersOf(path: string): number[] {
  const { stdout } = spawnSync('sh', ['-c', 'ls -l /proc/[0-9]*/fd 2>/dev/null | grep -E "^/proc|$0"', path], {
    encoding: 'utf8',
  })
  const holders = new Set<number>()
  let pid = 0
  for (const line of stdout.split('\n')) {
    const [, head] = /^\/proc\/(\d+)\/fd:/.exec(line) ?? []
    if (head !== undefined) pid = Number(head)
    else if (line.endsWith(path)) holders.add(pid)
  }
  return [...holders]
}

/** Processes that a process started, and theirs. */
function descendants(pid: number): number[] {
  const { stdout } = spawnSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' })
  const pairs = stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
  const below = (parent: number): number[] =>
    pairs.filter(([, ppid]) => ppid === parent).flatMap(([child]) => [child!, ...below(child!)])
  return below(pid)
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It is gone.
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}
