import { availableParallelism } from 'node:os'
import {
  type Engine,
  type EngineJob,
  EngineRefusedError,
  type EngineStatus,
  type Execution,
  type Executor,
} from '@gristmill/runner'
import { type ExecutorOf, executorOf } from '../task/executors.js'

const TASKS_MAX = 10_000

/** What `createLocalEngine` takes. */
export interface LocalEngineParams {
  /** Tasks that run at once; default: as many as this machine has cores. */
  tasksAtOnce?: number
  /** Executors made already; those of the runner are made as they are needed. */
  executors?: readonly Executor[]
}

interface LocalJob {
  isCancelled: boolean
  hasBegun: boolean
  executions: (Execution | undefined)[]
  reason?: string
}

/**
 * Engine of one machine: executors in children of this process, so many at once. It remembers nothing: a job that was
 * under way when its process died is lost, and run again.
 */
export function createLocalEngine(params: LocalEngineParams = {}): Engine {
  const { tasksAtOnce = availableParallelism(), executors = [] } = params
  if (!Number.isSafeInteger(tasksAtOnce) || tasksAtOnce < 1) throw new RangeError('tasksAtOnce must be 1 or more')
  const jobs = new Map<string, LocalJob>()
  const waiting: (() => void)[] = []
  let running = 0

  const find: ExecutorOf = async (runtime, limits) =>
    executors.find((executor) => executor.capabilities().runtimeDigest === runtime.digest) ??
    (await executorOf(runtime, limits))

  const inTurn = async (task: () => Promise<void>): Promise<void> => {
    if (running >= tasksAtOnce) await new Promise<void>((resolve) => waiting.push(resolve))
    else running += 1
    try {
      await task()
    } finally {
      const next = waiting.shift()
      if (next === undefined) running -= 1
      else next()
    }
  }

  const runTask = async (job: LocalJob, executor: Executor, { tasks }: EngineJob, index: number): Promise<void> => {
    if (job.isCancelled) return
    job.hasBegun = true
    try {
      job.executions[index] = await executor.execute(tasks[index]!)
    } catch (error) {
      job.reason = `the executor failed: ${error instanceof Error ? error.message : 'unknown'}`
    }
  }

  return {
    capabilities: () => ({ name: 'local', tasksMax: TASKS_MAX, jobsAtOnce: 1 }),
    async probe() {
      return `this machine runs ${tasksAtOnce} tasks at once`
    },
    async submit(spec) {
      const executor = await find(spec.runtime, spec.limits)
      if (executor === undefined) {
        throw new EngineRefusedError('local', 'submit', `there is no executor ${spec.runtime.name} of this runtime`)
      }
      if (spec.tasks.length === 0 || spec.tasks.length > TASKS_MAX) {
        throw new EngineRefusedError('local', 'submit', `a job has 1 to ${TASKS_MAX} tasks`)
      }
      if (jobs.get(spec.id)?.reason === undefined && jobs.has(spec.id)) return
      const job: LocalJob = {
        isCancelled: false,
        hasBegun: false,
        executions: spec.tasks.map(() => undefined),
      }
      jobs.set(spec.id, job)
      for (const index of spec.tasks.keys()) void inTurn(() => runTask(job, executor, spec, index))
    },
    async status(jobId): Promise<EngineStatus> {
      const job = jobs.get(jobId)
      if (job === undefined) return { state: 'lost' }
      if (job.reason !== undefined) return { state: 'lost', reason: job.reason }
      if (!job.executions.includes(undefined)) return { state: 'ended' }
      return { state: job.hasBegun ? 'running' : 'queued' }
    },
    async collect(jobId) {
      const executions = jobs.get(jobId)?.executions.filter((execution) => execution !== undefined) ?? []
      if (executions.length === 0 || executions.length < jobs.get(jobId)!.executions.length) {
        throw new EngineRefusedError('local', 'collect', 'the job has not ended')
      }
      return executions
    },
    async cancel(jobId) {
      const job = jobs.get(jobId)
      if (job !== undefined) job.isCancelled = true
      jobs.delete(jobId)
    },
    async close() {
      for (const job of jobs.values()) job.isCancelled = true
      jobs.clear()
    },
  }
}
