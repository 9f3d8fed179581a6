import { parentPort, workerData } from 'node:worker_threads'
import { instrument } from './instrument.js'
import { type Refusal, Refused } from './refusals.js'
import type { Answer, Task } from './tasks.js'

const { task, parts } = workerData as { task: Extract<Task, { kind: 'instrument' }>; parts: [Uint8Array] }

function answer(): { answer: Answer; part?: Uint8Array } {
  try {
    return { answer: { kind: 'instrumented' }, part: instrument(parts[0], task.pagesMax) }
  } catch (error) {
    const refusal: Refusal = error instanceof Refused ? error.refusal : 'TOO_COMPLEX'
    return { answer: { kind: 'refused', refusal } }
  }
}

parentPort?.postMessage(answer())
