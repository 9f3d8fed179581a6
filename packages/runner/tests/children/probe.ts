import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { serveTask } from '../../dist/executors/serve-task.js'

// What code that took over the process of the gate could do; its test asks.
const can = (action: () => unknown): boolean => {
  try {
    action()
    return true
  } catch {
    return false
  }
}

await serveTask(async (task: { secretFile: string }) => ({
  answer: {
    readsFiles: can(() => readFileSync(task.secretFile)),
    writesFiles: can(() => writeFileSync(`${tmpdir()}/gristmill-probe`, 'x')),
    startsProcesses: can(() => spawnSync(process.execPath, ['--version'], { stdio: 'ignore' })),
    environment: Object.keys(process.env).length,
    readsItsCode: can(() => readFileSync(new URL(import.meta.url))),
  },
}))
