import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const MOUNT = '/sys/fs/cgroup'
/** Pauses grow from one millisecond to this, a second and a half in all. */
const RMDIR_PAUSE_MS_MAX = 50
const RMDIR_ATTEMPTS = 55

/** Bounds on everything that one run does. */
export interface GroupLimits {
  memoryBytes: number
  processes: number
}

/** The kernel's account of one run, with its bounds. */
export interface ControlGroup {
  /** A process that writes 0 into all of these belongs to it. */
  joinFiles: readonly string[]
  /** Processor time of all of its processes, microseconds. */
  usedMicros(): bigint
  /** True once the kernel killed one of its processes for want of memory. */
  isOutOfMemory(): boolean
  /** Kills what is left in it and takes it away. */
  close(): Promise<void>
}

/** A new control group, of version 1 or 2, whichever this machine has; undefined where this process may make none. */
export function openControlGroup(limits: GroupLimits): ControlGroup | undefined {
  try {
    return existsSync(join(MOUNT, 'cgroup.controllers')) ? openUnified(limits) : openSplit(limits)
  } catch {
    return undefined
  }
}

/** Version 2: one tree, below the group of this process or, where that may have no children with controllers, the root. */
function openUnified({ memoryBytes, processes }: GroupLimits): ControlGroup {
  const own = ownPath(/^0::(.*)$/m)
  const parent = [join(MOUNT, own), join(MOUNT, own, '..'), MOUNT].find((folder) => {
    try {
      const enabled = readFileSync(join(folder, 'cgroup.subtree_control'), 'utf8')
      if (!/\bmemory\b/.test(enabled) || !/\bpids\b/.test(enabled)) {
        writeFileSync(join(folder, 'cgroup.subtree_control'), '+memory +pids')
      }
      return true
    } catch {
      return false
    }
  })
  if (parent === undefined) throw new Error('no controllers are delegated to this process')
  const folder = makeFolder(parent)
  const set = (name: string, value: string) => writeFileSync(join(folder, name), value)
  return opened([folder], {
    limit() {
      set('memory.max', String(memoryBytes))
      set('pids.max', String(processes))
      optional(() => set('memory.swap.max', '0'))
      optional(() => set('memory.oom.group', '1'))
    },
    usedMicros: () => BigInt(/^usage_usec (\d+)$/m.exec(readFileSync(join(folder, 'cpu.stat'), 'utf8'))?.[1] ?? 0),
    kills: () => /^oom_kill (\d+)$/m.exec(readFileSync(join(folder, 'memory.events'), 'utf8'))?.[1],
  })
}

/** Version 1: a tree for each controller. */
function openSplit({ memoryBytes, processes }: GroupLimits): ControlGroup {
  const folders: string[] = []
  const make = (controller: string) => {
    const own = ownPath(new RegExp(`^\\d+:(?:[^:]*,)?${controller}(?:,[^:]*)?:(.*)$`, 'm'))
    const parent = [join(MOUNT, controller, own), join(MOUNT, controller)].find(existsSync)
    if (parent === undefined) throw new Error(`there is no controller ${controller}`)
    const folder = makeFolder(parent)
    folders.push(folder)
    return folder
  }
  try {
    const [memory, pids, cpu] = [make('memory'), make('pids'), make('cpuacct')] as const
    return opened(folders, {
      limit() {
        writeFileSync(join(memory, 'memory.limit_in_bytes'), String(memoryBytes))
        writeFileSync(join(pids, 'pids.max'), String(processes))
        optional(() => writeFileSync(join(memory, 'memory.memsw.limit_in_bytes'), String(memoryBytes)))
        optional(() => writeFileSync(join(memory, 'memory.swappiness'), '0'))
      },
      usedMicros: () => BigInt(readFileSync(join(cpu, 'cpuacct.usage'), 'utf8').trim()) / 1000n,
      kills: () => /^oom_kill (\d+)$/m.exec(readFileSync(join(memory, 'memory.oom_control'), 'utf8'))?.[1],
    })
  } catch (error) {
    for (const folder of folders) optional(() => rmdirSync(folder))
    throw error
  }
}

interface Account {
  limit(): void
  usedMicros(): bigint
  /** Number of processes killed, decimal. */
  kills(): string | undefined
}

function opened(folders: readonly string[], { limit, usedMicros, kills }: Account): ControlGroup {
  try {
    limit()
  } catch (error) {
    for (const folder of folders) optional(() => rmdirSync(folder))
    throw error
  }
  const joinFiles = folders.map((folder) => join(folder, 'cgroup.procs'))
  return {
    joinFiles,
    usedMicros,
    isOutOfMemory: () => Number(kills() ?? 0) > 0,
    async close() {
      for (const file of joinFiles) {
        for (const pid of readFileSync(file, 'utf8').split('\n')) {
          if (pid !== '') optional(() => process.kill(Number(pid), 'SIGKILL'))
        }
      }
      for (const folder of folders) await remove(folder)
    },
  }
}

/** The kernel lets go of a group some time after its last process. */
async function remove(folder: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      rmdirSync(folder)
      return
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
      if (attempt === RMDIR_ATTEMPTS) throw error
      await sleep(Math.min(attempt, RMDIR_PAUSE_MS_MAX))
    }
  }
}

function makeFolder(parent: string): string {
  sweepDead(parent)
  const folder = join(parent, `gristmill-${process.pid}-${randomUUID()}`)
  mkdirSync(folder)
  return folder
}

/** Removes what a runner left that was killed: its groups are empty, for what was in them died with it. */
function sweepDead(parent: string): void {
  for (const name of readdirSync(parent)) {
    const pid = /^gristmill-(\d+)-/.exec(name)?.[1]
    if (pid !== undefined && !isAlive(Number(pid))) optional(() => rmdirSync(join(parent, name)))
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function ownPath(line: RegExp): string {
  const path = line.exec(readFileSync('/proc/self/cgroup', 'utf8'))?.[1]
  if (path === undefined) throw new Error('this process is in no such control group')
  return path
}

/** What some kernels have not, or what may be over already. */
function optional(act: () => void): void {
  try {
    act()
  } catch {}
}
