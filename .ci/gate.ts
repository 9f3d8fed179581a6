import { spawnSync } from 'node:child_process'
import { ROOT } from './workspace.ts'

export interface Gate {
  name: string
  command: string
  args: readonly string[]
  cwd?: string
  /** Beside the environment of this process. */
  env?: NodeJS.ProcessEnv
}

/** Runs a gate and says whether it held; its output is shown only if it did not. */
export function holds({ name, command, args, cwd = ROOT, env = {} }: Gate): boolean {
  if (process.stdout.isTTY) process.stdout.write(`… ${name}\r`)
  const startedAt = performance.now()
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 64 * 1024 * 1024,
  })
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  const held = status === 0
  console.log(`${held ? '✓' : '✗'} ${name} (${seconds} s)`)
  if (!held) console.log([stdout, stderr, error?.message].filter(Boolean).join('\n'))
  return held
}
