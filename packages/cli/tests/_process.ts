import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

const MAIN = join(import.meta.dirname, '../dist/main.js')

export interface CommandProcess {
  child: ChildProcess
  output: () => { stdout: string; stderr: string }
  /** Resolves with the exit code, or the signal's name. */
  ended: Promise<number | string>
  /** Resolves when the output holds `text`; rejects if the process ends without. */
  shows(text: string): Promise<void>
}

/** Runs the command line as its own process. */
export function spawnCommand(
  argv: readonly string[],
  { cwd, env = {} }: { cwd: string; env?: Record<string, string> },
): CommandProcess {
  const child = spawn(process.execPath, [MAIN, ...argv], {
    cwd,
    env: { PATH: process.env.PATH, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk) => {
    output.stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    output.stderr += chunk
  })
  const ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | string)
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  const shows = async (text: string): Promise<void> => {
    while (!(output.stdout + output.stderr).includes(text)) {
      if (child.exitCode !== null || child.signalCode !== null) {
        throw new Error(`ended without "${text}":\n${output.stdout}${output.stderr}`)
      }
      await new Promise((resolve) => setTimeout(resolve, 25))
    }
  }
  return { child, output: () => output, ended, shows }
}
