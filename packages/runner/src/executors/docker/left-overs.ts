import { spawn } from 'node:child_process'
import { readFileSync, readlinkSync } from 'node:fs'
import { ask, CLIENT_ENV, clientOf } from './docker-client.js'
import type { DockerOptions } from './docker-command.js'

const OWNER = 'gristmill.owner'
const UNTIL = 'gristmill.until'
/** Clocks differ, and an engine may be slow. */
const SLACK_MS = 600_000

/** Of a container that needs no longer than `lifeMs`: whose it is, and when it is nobody's any more. */
export const labelsFor = (lifeMs: number): string[] => [
  `${OWNER}=${THIS_MACHINE}/${process.pid}`,
  `${UNTIL}=${Date.now() + lifeMs + SLACK_MS}`,
]

/** A boot of a kernel, and a space of process ids on it: among those a process can be looked for. */
const THIS_MACHINE = (() => {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    return `${boot}/${readlinkSync('/proc/self/ns/pid').replace(/\D/g, '')}`
  } catch {
    return 'elsewhere'
  }
})()

/** Containers that this process has started and not removed, each with its engine. */
const kept = new Map<string, DockerOptions>()

/** Remembers a container, so that it is removed with this process where that ends of itself: one may be waiting. */
export function keep(options: DockerOptions, name: string): void {
  if (kept.size === 0) process.once('exit', removeKept)
  kept.set(name, options)
}

/** Forgets a container that is gone. */
export function forget(name: string): void {
  kept.delete(name)
  if (kept.size === 0) process.off('exit', removeKept)
}

/** Nobody waits for it: the client outlives this process. */
function removeKept(): void {
  for (const [name, options] of kept) {
    const [file, ...client] = clientOf(options)
    const child = spawn(file, [...client, 'rm', '--force', '--volumes', name], {
      detached: true,
      stdio: 'ignore',
      env: CLIENT_ENV,
    })
    child.on('error', () => undefined)
  }
}

/**
 * Removes the containers of runners that are gone: of those that were processes here and are not any more, and of all
 * whose time is over. Others may use the same engine, from here or from anywhere; what is theirs stays.
 */
export async function sweep(options: DockerOptions): Promise<void> {
  const format = `{{.ID}} {{.Label "${OWNER}"}} {{.Label "${UNTIL}"}}`
  const listed = await ask(options, ['ps', '--all', '--filter', `label=${OWNER}`, '--format', format])
  const found = (listed ?? '').split('\n').map((line) => line.split(' ') as [string, string?, string?])
  const left = found.filter(([, owner = '', until = '']) => isGone(owner) || Number(until) < Date.now())
  const ids = left.map(([id]) => id).filter((id) => id !== '')
  if (ids.length > 0) await ask(options, ['rm', '--force', '--volumes', ...ids])
}

function isGone(owner: string): boolean {
  const [, machine, pid] = /^(.*)\/(\d+)$/.exec(owner) ?? []
  if (machine !== THIS_MACHINE || machine === 'elsewhere') return false
  try {
    process.kill(Number(pid), 0)
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
}
