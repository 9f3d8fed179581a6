import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { createFrameReader, writeFrame } from './frame.js'

/** More than any algorithm and input that a runner sends. */
const FRAME_BYTES_MAX = 2 ** 32

/** File descriptor of the pipe that the runner holds open as long as it lives. */
const LIFELINE = 3

/** What a child answers, with the bytes that belong to it. */
export interface AnswerWithPart<Answer> {
  answer: Answer
  part?: Uint8Array
}

/**
 * The life of a process that untrusted algorithms run in: reads one task, performs it, answers. It is performed on this
 * thread, where Node's permission model holds; it does not on others.
 */
export async function serveTask<Task, Answer extends object>(
  perform: (task: Task, parts: Uint8Array[]) => Promise<AnswerWithPart<Answer>>,
): Promise<void> {
  const watchdog = new Worker(new URL('./watchdog.js', import.meta.url), {
    workerData: { lifeline: LIFELINE },
    env: {},
  })
  await once(watchdog, 'online')
  const { head, parts } = await readTask<Task>()
  const { answer, part } = await perform(head, parts)
  // The runner kills this process once it has the answer.
  for (const bytes of writeFrame(answer, part === undefined ? [] : [part])) process.stdout.write(bytes)
}

async function readTask<Task>() {
  const reader = createFrameReader<Task>(FRAME_BYTES_MAX)
  for await (const chunk of process.stdin) {
    const frame = reader.push(chunk as Uint8Array)
    if (frame !== undefined) return frame
  }
  throw new RangeError('the task ends early')
}
