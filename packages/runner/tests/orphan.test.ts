import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync, readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createBwrapExecutor } from '@gristmill/runner'
import { describe, expect, it } from 'vitest'
import { openControlGroup } from '../src/executors/bwrap/control-group.js'

/** Live processes whose parent is `pid`. */
function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      const stat = statOf(Number(name))
      return stat !== undefined && stat.parent === pid && stat.state !== 'Z'
    })
    .map(Number)
}

function statOf(pid: number): { state: string; parent: number } | undefined {
  try {
    const [state, parent] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ')
    return { state: state!, parent: Number(parent) }
  } catch {
    return undefined
  }
}

async function until(condition: () => boolean, timeoutMs: number): Promise<boolean> {
  for (let waited = 0; waited < timeoutMs; waited += 20) {
    if (condition()) return true
    await sleep(20)
  }
  return condition()
}

const hasPython = (await createBwrapExecutor()) !== undefined
if (!hasPython) console.log('without bubblewrap: a runner killed in the middle of a Python program is not tried')

/** Live processes below a process, in any depth. */
function descendantsOf(pid: number): number[] {
  return childrenOf(pid).flatMap((child) => [child, ...descendantsOf(child)])
}

/** Control groups that a runner made. */
function groupsOf(pid: number): string[] {
  return globSync(`/sys/fs/cgroup/**/gristmill-${pid}-*`)
}

describe.runIf(process.platform === 'linux')('a runner that is killed in the middle of a run', () => {
  it.each(['wasm', 'watched'])('leaves no process: %s', { timeout: 20_000 }, async (kind) => {
    const entry = fileURLToPath(new URL('./children/run-forever.ts', import.meta.url))
    const runner = spawn(process.execPath, [entry, kind], { stdio: ['ignore', 'pipe', 'ignore'] })
    await once(runner.stdout, 'data')
    expect(await until(() => childrenOf(runner.pid!).length === 1, 5000)).toBe(true)
    await sleep(500)
    const [child] = childrenOf(runner.pid!)
    expect(child).toBeDefined()
    runner.kill('SIGKILL')
    await once(runner, 'exit')
    const isGone = () => [undefined, 'Z'].includes(statOf(child!)?.state)
    expect(await until(isGone, 3000)).toBe(true)
  })

  it.runIf(hasPython)(
    'leaves no program, and the next run takes its control groups away',
    { timeout: 30_000 },
    async () => {
      const entry = fileURLToPath(new URL('./children/run-forever.ts', import.meta.url))
      const runner = spawn(process.execPath, [entry, 'python'], { stdio: ['ignore', 'pipe', 'ignore'] })
      const pid = runner.pid!
      await once(runner.stdout, 'data')
      expect(await until(() => descendantsOf(pid).length > 1, 5000)).toBe(true)
      await sleep(500)
      const programs = descendantsOf(pid)
      const hadGroups = groupsOf(pid).length > 0
      runner.kill('SIGKILL')
      await once(runner, 'exit')
      const areGone = () => programs.every((program) => [undefined, 'Z'].includes(statOf(program)?.state))
      expect(await until(areGone, 5000)).toBe(true)
      // Where this process may make none there is none to be left.
      if (!hadGroups) return
      expect(groupsOf(pid)).not.toEqual([])
      await openControlGroup({ memoryBytes: 2 ** 26, processes: 8 })?.close()
      expect(groupsOf(pid)).toEqual([])
    },
  )
})

describe.skipIf(!hasPython)('a runner that has nothing more to do', () => {
  it('ends, though a sandbox waits, and takes it along', { timeout: 30_000 }, async () => {
    const entry = fileURLToPath(new URL('./children/run-once.ts', import.meta.url))
    const runner = spawn(process.execPath, [entry], { stdio: ['ignore', 'pipe', 'inherit'] })
    const ended = once(runner, 'exit')
    const [line] = (await once(runner.stdout, 'data')) as [Buffer]
    const waiting = JSON.parse(line.toString()) as number[]
    expect(waiting.length).toBeGreaterThan(0)
    expect(await ended).toEqual([0, null])
    const areGone = () => waiting.every((pid) => [undefined, 'Z'].includes(statOf(pid)?.state))
    expect(await until(areGone, 5000)).toBe(true)
  })
})
