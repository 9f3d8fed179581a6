import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { createFrameReader, writeFrame } from './frame.js'
import type { AnswerWithPart, Task } from './tasks.js'

/** More than any module and input that a runner sends. */
const FRAME_BYTES_MAX = 2 ** 32

/** File descriptor of the pipe that the runner holds open as long as it lives. */
const LIFELINE = 3

// The process that untrusted modules run in: on this thread, where Node's permission model holds; it does not on others.
const watchdog = new Worker(new URL('./watchdog.js', import.meta.url), { workerData: { lifeline: LIFELINE }, env: {} })
await once(watchdog, 'online')
const { head, parts } = await readTask()
const { answer, part } = await perform(head, parts)
// The runner kills this process once it has the answer.
for (const bytes of writeFrame(answer, part === undefined ? [] : [part])) process.stdout.write(bytes)

async function readTask() {
  const reader = createFrameReader<Task>(FRAME_BYTES_MAX)
  for await (const chunk of process.stdin) {
    const frame = reader.push(chunk as Uint8Array)
    if (frame !== undefined) return frame
  }
  throw new RangeError('the task ends early')
}

async function perform(task: Task, [module, input]: Uint8Array[]): Promise<AnswerWithPart> {
  if (module === undefined) throw new RangeError('the task has no module')
  if (task.kind === 'run') {
    const { runTask } = await import('./run-task.js')
    return runTask(task, module, input ?? new Uint8Array())
  }
  const { instrumentTask } = await import('./instrument-task.js')
  return instrumentTask(task, module)
}
