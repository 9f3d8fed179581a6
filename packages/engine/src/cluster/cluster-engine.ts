import {
  type Engine,
  type EngineCapabilities,
  type EngineJob,
  EngineNotIsolatedError,
  EngineRefusedError,
  type EngineStatus,
  type Execution,
} from '@gristmill/runner'
import type { ReadJob } from '../spool/job-directory.js'
import type { Spool } from '../spool/spool.js'
import type { Cluster, HandedOver, TaskState } from './cluster.js'

/** MaxArraySize of Slurm is 1001 unless a cluster says otherwise. */
const TASKS_MAX = 1_000
/** The table of each lies in the datatrust's memory meanwhile. */
const JOBS_AT_ONCE = 4
const SETTLE_MS = 5_000

/** What any engine of a cluster takes. */
export interface ClusterEngineParams {
  /** For which the shared file system may not show yet what a node has written; default: 5 seconds. */
  settleMs?: number
}

/**
 * Engine over a spool that the nodes of a cluster share. What a job came to is what lies in the spool; the cluster is asked
 * for nothing but whether the tasks without an execution are still on their way.
 */
export class ClusterEngine<Note> implements Engine {
  readonly #cluster: Cluster<Note>
  readonly #spool: Spool
  readonly #settleMs: number
  /** Since when jobs look as if they were over without an execution, ms. */
  readonly #doubtful = new Map<string, number>()

  constructor(cluster: Cluster<Note>, spool: Spool, { settleMs = SETTLE_MS }: ClusterEngineParams) {
    this.#cluster = cluster
    this.#spool = spool
    this.#settleMs = settleMs
  }

  capabilities(): EngineCapabilities {
    return { name: this.#cluster.name, tasksMax: TASKS_MAX, jobsAtOnce: JOBS_AT_ONCE }
  }

  probe(): Promise<string> {
    return this.#cluster.probe()
  }

  async submit(spec: EngineJob): Promise<void> {
    if (spec.tasks.length === 0 || spec.tasks.length > TASKS_MAX)
      throw this.#refused(`a job has 1 to ${TASKS_MAX} tasks`)
    const key = this.#spool.keyOf(spec.id)
    const before = await this.#note(key)
    if ((await this.#spool.put(key, spec)) && before !== undefined) {
      // Another job of that id, of which nothing lies here any more.
      const tasks = spec.tasks.length
      await this.#cluster.end({ key, note: await this.#cluster.settle(key, before), tasks }, tasks)
    }
    const job = await this.#spool.read(key)
    if (job === undefined) throw this.#refused('the job was cancelled meanwhile')
    if ((await this.#spool.missing(key, job)).length === 0) return
    const handed = await this.#settled(key, job)
    const states = handed === undefined ? new Map<number, TaskState>() : await this.#cluster.states(handed)
    // Looked at once the cluster has answered: a task that ended meanwhile has left its execution, and is not begun again.
    const indices: number[] = []
    for (const index of await this.#spool.missing(key, job)) {
      const state = states.get(index)
      const isDone = state !== undefined && (await this.#judge(key, job, index, state)) === undefined
      if (!isDone) indices.push(index)
    }
    if (indices.length === 0) return
    try {
      await this.#cluster.ready()
      const directory = this.#spool.jobAt(key).path
      const keep = (note: Note) => this.#spool.writeNote(key, note as object)
      await this.#cluster.begin({ key, directory, job, indices, note: handed?.note, keep })
    } catch (error) {
      // Nothing of it is under way or done, so nothing of it stays.
      const isRefused = error instanceof EngineRefusedError || error instanceof EngineNotIsolatedError
      if (isRefused && indices.length === job.tasks.length) await this.#spool.remove(key)
      throw error
    }
  }

  async status(jobId: string): Promise<EngineStatus> {
    const key = this.#spool.keyOf(jobId)
    const job = await this.#spool.read(key)
    if (job === undefined) return { state: 'lost' }
    if ((await this.#spool.missing(key, job)).length === 0) return { state: 'ended' }
    const note = await this.#note(key)
    if (note === undefined) return { state: 'lost', reason: 'it was not handed over' }
    const states = await this.#cluster.states({ key, note, tasks: job.tasks.length })
    // What was written while the cluster was asked counts.
    const reasons = new Set<string>()
    const kinds = new Set<TaskState['kind']>()
    for (const index of await this.#spool.missing(key, job)) {
      const state = states.get(index) ?? { kind: 'over', reason: `${this.#cluster.name} knows it no more` }
      const reason = await this.#judge(key, job, index, state)
      if (reason !== undefined) reasons.add(reason)
      else if (state.kind !== 'stopped') kinds.add(state.kind)
    }
    if (kinds.has('running') || kinds.has('queued')) {
      this.#doubtful.delete(key)
      return { state: kinds.has('running') ? 'running' : 'queued' }
    }
    if (reasons.size === 0) return { state: 'ended' }
    const since = this.#doubtful.get(key) ?? performance.now()
    this.#doubtful.set(key, since)
    if (performance.now() - since < this.#settleMs) return { state: 'running' }
    this.#doubtful.delete(key)
    return { state: 'lost', reason: [...reasons].slice(0, 3).join('; ') }
  }

  collect(jobId: string): Promise<Execution[]> {
    return this.#spool.collect(jobId)
  }

  async cancel(jobId: string): Promise<void> {
    const key = this.#spool.keyOf(jobId)
    this.#doubtful.delete(key)
    const job = await this.#spool.read(key)
    if (job === undefined) return
    const unfinished = (await this.#spool.missing(key, job)).length
    const handed = await this.#settled(key, job)
    if (handed !== undefined) await this.#cluster.end(handed, unfinished)
    await this.#spool.remove(key)
  }

  async close(): Promise<void> {
    this.#doubtful.clear()
    this.#cluster.close()
  }

  /** Why a task is over without an execution; undefined if it runs, waits, or has one: a limit of the cluster that it hit. */
  async #judge(key: string, job: ReadJob, index: number, state: TaskState): Promise<string | undefined> {
    const directory = this.#spool.jobAt(key)
    if (state.kind === 'over') return (await directory.readFault(job, index)) ?? state.reason
    if (state.kind !== 'stopped') return undefined
    // Before the executor had the algorithm it cannot have been its doing.
    if (!(await directory.isStarted(job, index)))
      return `${state.status} before the algorithm began: raise the overhead`
    const execution = { status: state.status, reason: 'stopped by the engine', fuelUsed: job.limits.fuel }
    await directory.putExecution(job, index, execution)
    return undefined
  }

  #note(key: string): Promise<Note | undefined> {
    return this.#spool.readNote(key, this.#cluster.note)
  }

  /** What was handed over of a job, with what was not written down; undefined if nothing was. */
  async #settled(key: string, { tasks }: ReadJob): Promise<HandedOver<Note> | undefined> {
    const note = await this.#note(key)
    if (note === undefined) return undefined
    const settled = await this.#cluster.settle(key, note)
    if (settled !== note) await this.#spool.writeNote(key, settled as object)
    return { key, note: settled, tasks: tasks.length }
  }

  #refused(reason: string): EngineRefusedError {
    return new EngineRefusedError(this.#cluster.name, 'submit', reason)
  }
}
