import { once } from 'node:events'
import { readSync } from 'node:fs'
import { createFrameReader, writeFrame } from './frame.js'
import { READY } from './ready.js'
import { writeFully } from './write-fully.js'

/** More than any algorithm and input that a runner sends. */
const FRAME_BYTES_MAX = 2 ** 32

/** File descriptors of the task, of the answer, and of the pipe that the runner holds open as long as it lives. */
const [TASK, ANSWER, LIFELINE] = [0, 1, 3]

/** Read at once. */
const CHUNK_BYTES = 1_048_576

/** What a child answers, with the bytes that belong to it. */
export interface AnswerWithPart<Answer> {
  answer: Answer
  part?: Uint8Array
}

/**
 * The life of a process that untrusted algorithms run in: says that it is there, reads one task, performs it, answers. It
 * is performed on this thread, where Node's permission model holds; it does not on others.
 */
export async function serveTask<Task, Answer extends object>(
  perform: (task: Task, parts: Uint8Array[]) => Promise<AnswerWithPart<Answer>>,
): Promise<void> {
  await endWithParent()
  writeFully(ANSWER, Uint8Array.of(READY))
  const { head, parts } = readTask<Task>()
  const { answer, part } = await perform(head, parts)
  // The runner kills this process once it has the answer.
  for (const bytes of writeFrame(answer, part === undefined ? [] : [part])) writeFully(ANSWER, bytes)
}

/** Returns once this process will not outlive the runner, whatever way that dies. */
async function endWithParent(): Promise<void> {
  const parent = process.argv[2]
  if (parent !== undefined) {
    if (process.ppid !== Number(parent)) throw new Error('its runner is gone')
    return
  }
  const { Worker } = await import('node:worker_threads')
  const watchdog = new Worker(new URL('./watchdog.js', import.meta.url), {
    workerData: { lifeline: LIFELINE },
    env: {},
  })
  await once(watchdog, 'online')
}

/** Without the streams of Node: making them takes longer than most tasks. */
function readTask<Task>() {
  const reader = createFrameReader<Task>(FRAME_BYTES_MAX)
  const chunk = new Uint8Array(CHUNK_BYTES)
  for (;;) {
    const count = readSync(TASK, chunk)
    if (count === 0) throw new RangeError('the task ends early')
    const frame = reader.push(chunk.slice(0, count))
    if (frame !== undefined) return frame
  }
}
