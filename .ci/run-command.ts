import { spawn } from 'node:child_process'

export interface Command {
  command: string
  args: readonly string[]
  cwd: string
  /** All of it. */
  env: NodeJS.ProcessEnv
}

export interface Finished {
  exitCode: number
  /** What was written to either stream, in the order in which it came. */
  output: string
}

/** Runs a command; `onOutput` gets what it writes as it comes. */
export function runCommand(
  { command, args, cwd, env }: Command,
  onOutput: (chunk: Buffer) => void = () => undefined,
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
    const chunks: Buffer[] = []
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        chunks.push(chunk)
        onOutput(chunk)
      })
    child.on('error', reject)
    child.on('close', (code) => resolve({ exitCode: code ?? 1, output: Buffer.concat(chunks).toString() }))
  })
}
