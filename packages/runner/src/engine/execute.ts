import { setTimeout as pause } from 'node:timers/promises'
import type { Execution } from '../executors/executor.js'
import type { Engine, EngineJob } from './engine.js'
import { EngineJobLostError, EngineTimeoutError } from './errors.js'

/** How long to wait for a job, and how. */
export interface ExecuteOptions {
  /** Aborted: nobody waits any longer; the job goes on where the engine outlives this process, and is taken up by its id. */
  signal?: AbortSignal
  /** After which a job that has not ended is cancelled; default: a day. */
  waitMs?: number
  /** Between two looks, at most; default: 2 seconds. */
  pollMs?: number
}

const DAY_MS = 86_400_000
const POLL_MS = 2_000
/** The first look; each is this much later than the one before. */
const FIRST_POLL_MS = 20
const POLL_GROWTH = 1.5
/** How often a job may be lost before it is given up. */
const LOSSES_MAX = 3

/**
 * Has a job executed: hands it over, waits, collects, and removes what is left of it. Throws an EngineError for whatever
 * is the engine's fault. Called again with the same id after a crash, it takes up what runs or has run.
 *
 * @example
 * const [execution] = await execute(engine, { id: orderId, runtime, limits, tasks: [{ algorithm, input, outputBytes }] })
 */
export async function execute(engine: Engine, job: EngineJob, options: ExecuteOptions = {}): Promise<Execution[]> {
  const { signal, waitMs = DAY_MS, pollMs = POLL_MS } = options
  const { name } = engine.capabilities()
  const until = performance.now() + waitMs
  let losses = 0
  let delayMs = FIRST_POLL_MS
  signal?.throwIfAborted()
  await engine.submit(job)
  for (;;) {
    const { state, reason = 'it knows nothing of it' } = await engine.status(job.id)
    if (state === 'ended') break
    if (state === 'lost') {
      losses += 1
      if (losses === LOSSES_MAX) {
        await engine.cancel(job.id)
        throw new EngineJobLostError(name, reason)
      }
    }
    if (performance.now() + delayMs > until) {
      await engine.cancel(job.id)
      throw new EngineTimeoutError(name, waitMs)
    }
    await pause(delayMs, undefined, signal && { signal })
    if (state === 'lost') await engine.submit(job)
    delayMs = Math.min(pollMs, delayMs * POLL_GROWTH)
  }
  const executions = await engine.collect(job.id)
  await engine.cancel(job.id)
  return executions
}
