import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

/** The folder of all examples. */
export const EXAMPLES = join(import.meta.dirname, '..')

export interface Ran {
  exitCode: number
  /** What it printed, standard error included. */
  output: string
}

export interface RunExampleParams {
  file: string
  args?: readonly string[]
  /** Absent: none, in the environment neither. */
  profile?: string
  cwd: string
}

/** Runs an example as its reader would: `node index.ts`, a process of its own. */
export async function runExample({ file, args = [], profile, cwd }: RunExampleParams): Promise<Ran> {
  const { GRISTMILL_PROFILE: _, ...inherited } = process.env
  const env = profile === undefined ? inherited : { ...inherited, GRISTMILL_PROFILE: profile }
  const child = spawn(process.execPath, [file, ...args], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [[code], stdout, stderr] = await Promise.all([once(child, 'close'), text(child.stdout), text(child.stderr)])
  return { exitCode: code as number, output: stdout + stderr }
}

/** The value printed after `name` at the beginning of a line. */
export function printed(output: string, name: string): string {
  const value = new RegExp(`^${name} +(\\S+)`, 'm').exec(output)?.[1]
  if (value === undefined) throw new Error(`nothing is printed after "${name}":\n${output}`)
  return value.replace(/[,;]$/, '')
}
