import { runCommand } from './run-command.ts'
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
export async function holds({ name, command, args, cwd = ROOT, env = {} }: Gate): Promise<boolean> {
  if (process.stdout.isTTY) process.stdout.write(`… ${name}\r`)
  const startedAt = performance.now()
  const { exitCode, output } = await runCommand({ command, args, cwd, env: { ...process.env, ...env } }).catch(
    (error: Error) => ({ exitCode: 1, output: error.message }),
  )
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  const held = exitCode === 0
  console.log(`${held ? '✓' : '✗'} ${name} (${seconds} s)`)
  if (!held) console.log(output)
  return held
}
