import { Worker } from 'node:worker_threads'
import { createFrameReader, writeFrame } from './frame.js'
import type { Answer, Task } from './tasks.js'

/** More than any module and input that a runner sends. */
const FRAME_BYTES_MAX = 2 ** 32

// The process that untrusted modules run in. A worker thread does the work, so that this thread notices at once when the
// runner is gone: then its end of the pipe closes, whatever way the runner died.
const die = () => process.kill(process.pid, 'SIGKILL')
const reader = createFrameReader<Task>(FRAME_BYTES_MAX)
process.stdin.on('end', die).on('close', die).on('error', die)
process.stdout.on('error', die)
process.stdin.on('data', (chunk: Uint8Array) => {
  const frame = reader.push(chunk)
  if (frame !== undefined) start(frame.head, frame.parts)
})

function start(task: Task, parts: Uint8Array[]): void {
  const entry = task.kind === 'instrument' ? './instrument-worker.js' : './run-worker.js'
  const worker = new Worker(new URL(entry, import.meta.url), {
    workerData: { task, parts },
    transferList: parts.map((part) => part.buffer as ArrayBuffer),
    env: {},
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: task.kind === 'instrument' ? 512 : 64, stackSizeMb: 4 },
  })
  worker.on('message', ({ answer, part }: { answer: Answer; part?: Uint8Array }) => {
    for (const bytes of writeFrame(answer, part === undefined ? [] : [part])) process.stdout.write(bytes)
  })
  // The runner reads an end without an answer as a failure of the algorithm.
  worker.on('error', die)
  worker.on('exit', () => process.stdout.end(die))
}
