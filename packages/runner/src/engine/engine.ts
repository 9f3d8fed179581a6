import type { Hex } from '@gristmill/protocol'
import type { Execution, ExecutionLimits, ExecutionSpec } from '../executors/executor.js'

/** What an engine is asked to have executed: one or more tasks for the same executor. */
export interface EngineJob {
  /** The order's id, or what else names the job for good: the same id again is the same job. */
  id: string
  /** The executor, by its name, and the runtime digest that it has to have wherever it runs. */
  runtime: { name: string; digest: Hex }
  /** Of every task. */
  limits: ExecutionLimits
  /** One or more; an array of them is what sample-and-aggregate needs. */
  tasks: readonly ExecutionSpec[]
}

/** Where a job is. `lost`: the engine knows nothing of it, or gave it up without an execution of every task. */
export type EngineState = 'queued' | 'running' | 'ended' | 'lost'

/** State of a job, and for a lost one why, in words for the operator. */
export interface EngineStatus {
  state: EngineState
  reason?: string
}

/** What an engine is. */
export interface EngineCapabilities {
  name: 'local' | 'slurm' | 'kubernetes'
  /** Tasks of one job, at most. */
  tasksMax: number
  /** Jobs that are worth having under way at once. */
  jobsAtOnce: number
}

/**
 * Where executors run. An engine decides nothing about an algorithm: it hands on what an executor found, and whatever goes
 * wrong on its own side is an `EngineError`, within bounded time.
 */
export interface Engine {
  /** What it is and how much it takes. */
  capabilities(): EngineCapabilities
  /** Asks it for everything that a job needs and returns in one sentence what answered. */
  probe(): Promise<string>
  /** Hands a job over. One that is under way or ended is left as it is; of a lost one what is missing is begun anew. */
  submit(job: EngineJob): Promise<void>
  /** Where a job is; any number of times. */
  status(jobId: string): Promise<EngineStatus>
  /** The executions of an ended job, in the order of its tasks. May be read as often as one likes until `cancel`. */
  collect(jobId: string): Promise<Execution[]>
  /** Ends what still runs of a job and removes all that is left of it; one that is not known is none. */
  cancel(jobId: string): Promise<void>
  /** Lets go of what this process holds; jobs go on where the engine outlives it. */
  close(): Promise<void>
}
