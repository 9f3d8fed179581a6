import { readSync } from 'node:fs'
import { workerData } from 'node:worker_threads'

// Waits in a thread of its own for the end of a pipe whose other end the runner holds: it comes when the runner is gone,
// whatever way it died, also while the main thread is busy with an algorithm that never returns.
const { lifeline } = workerData as { lifeline: number }
try {
  while (readSync(lifeline, new Uint8Array(1)) > 0);
} finally {
  process.kill(process.pid, 'SIGKILL')
}
