#!/usr/bin/env node
import { run } from './run.js'

// A reader that has seen enough, as `head`, is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
})

const interruption = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  // The first asks the run to end; the second, of who cannot wait, ends the process.
  process.once(name, () => interruption.abort())
}

process.exitCode = await run(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  stdin: process.stdin,
  env: process.env,
  cwd: process.cwd(),
  now: () => performance.now(),
  signal: interruption.signal,
})
// What was under way when the run was interrupted must not keep the process.
if (interruption.signal.aborted) process.exit()
