import { fileURLToPath } from 'node:url'
import {
  type Engine,
  EngineAnswerError,
  type EngineJob,
  EngineRefusedError,
  type EngineStatus,
  EngineUnavailableError,
} from '@gristmill/runner'
import { z } from 'zod'
import type { ReadJob } from '../spool/job-directory.js'
import { Spool } from '../spool/spool.js'
import {
  chooseApi,
  jobsSchema,
  openApiSchema,
  type SlurmApi,
  type SlurmPlacement,
  type SlurmSubmission,
  submittedSchema,
} from './dialect.js'
import { SlurmClient, type SlurmClientParams, type SlurmRequest } from './slurm-client.js'
import { type TaskState, taskStates } from './task-states.js'

/** What `openSlurmEngine` takes. */
export interface SlurmEngineParams extends SlurmClientParams {
  /** On a file system that every node mounts under the same path; for this user alone. */
  spoolDirectory: string
  placement?: SlurmPlacement
  /** How a node runs a task; default: this Node and this package, which then lie under the same paths there. */
  command?: readonly string[]
  /** Of one task; default: 1. */
  cpus?: number
  /** Memory of a task beside its algorithm's and its input's; default: 512 MiB. */
  overheadBytes?: number
  /** For which the shared file system may not show yet what a node has written; default: 5 seconds. */
  settleMs?: number
}

const ENGINE = 'slurm'
/** MaxArraySize is 1001 unless a cluster says otherwise. */
const TASKS_MAX = 1_000
/** The table of each lies in the datatrust's memory meanwhile. */
const JOBS_AT_ONCE = 4
const MIB = 2 ** 20
const OVERHEAD_BYTES = 512 * MIB
/** Of an input: read, sent to the child, received there. */
const INPUT_COPIES = 3
/** For starting Node twice and preparing the module, before an executor's own clock runs. */
const START_MS = 120_000
const SETTLE_MS = 5_000
/** slurm_errno.h: no such job; the job is over. */
const NO_SUCH_JOB = 2_017
const ALREADY_DONE = 2_021

const TASK_MAIN = fileURLToPath(new URL('../task/main.js', import.meta.url))

/** What is known of a job at Slurm, in the spool. */
const noteSchema = z.strictObject({
  ids: z.array(z.int().positive()).max(1_000),
  /** True from before a submission is sent until its answer is here: one may be under way of which nothing is known. */
  isSubmitting: z.boolean(),
})
type Note = z.output<typeof noteSchema>

/** Engine of a cluster: jobs over slurmrestd, bytes over a spool that the nodes share. */
export async function openSlurmEngine(params: SlurmEngineParams): Promise<Engine> {
  return new SlurmEngine(params, await Spool.open({ directory: params.spoolDirectory, engine: ENGINE }))
}

class SlurmEngine implements Engine {
  readonly #params: SlurmEngineParams
  readonly #spool: Spool
  readonly #client: SlurmClient
  /** Since when jobs look as if they were over without an execution, ms. */
  readonly #doubtful = new Map<string, number>()
  #api: SlurmApi | undefined

  constructor(params: SlurmEngineParams, spool: Spool) {
    this.#params = params
    this.#spool = spool
    this.#client = new SlurmClient(params)
  }

  capabilities() {
    return { name: ENGINE, tasksMax: TASKS_MAX, jobsAtOnce: JOBS_AT_ONCE } as const
  }

  async probe(): Promise<string> {
    await this.#ask('GET', '/ping', z.looseObject({ pings: z.array(z.looseObject({})).min(1) }))
    return `Slurm answers over slurmrestd ${this.#api?.version}`
  }

  async submit(job: EngineJob): Promise<void> {
    if (job.tasks.length === 0 || job.tasks.length > TASKS_MAX)
      throw new EngineRefusedError(ENGINE, 'submit', `a job has 1 to ${TASKS_MAX} tasks`)
    const key = this.#spool.keyOf(job.id)
    const before = await this.#note(key)
    const isNew = await this.#spool.put(key, job)
    if (isNew && before !== undefined) await this.#end(before)
    const spooled = await this.#spool.read(key)
    if (spooled === undefined) throw new EngineRefusedError(ENGINE, 'submit', 'the job was cancelled meanwhile')
    if ((await this.#spool.missing(key, spooled)).length === 0) return
    const note = await this.#noteFound(key)
    const alive = await this.#alive(note)
    // Looked at once Slurm has answered: a task that ended meanwhile has left its execution, and is not begun again.
    const uncovered = (await this.#spool.missing(key, spooled)).filter((index) => !alive.has(index))
    if (uncovered.length > 0) await this.#start(key, spooled, uncovered, note)
  }

  async status(jobId: string): Promise<EngineStatus> {
    const key = this.#spool.keyOf(jobId)
    const job = await this.#spool.read(key)
    if (job === undefined) return { state: 'lost' }
    if ((await this.#spool.missing(key, job)).length === 0) return { state: 'ended' }
    const note = await this.#note(key)
    if (note === undefined) return { state: 'lost', reason: 'it was not handed over' }
    const states = await this.#states(note)
    // What was written while Slurm was asked counts.
    const reasons = new Set<string>()
    const kinds = new Set<TaskState['kind']>()
    for (const index of await this.#spool.missing(key, job)) {
      const state = states.get(index) ?? { kind: 'over', reason: 'Slurm knows it no more' }
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
    const { settleMs = SETTLE_MS } = this.#params
    if (performance.now() - since < settleMs) return { state: 'running' }
    this.#doubtful.delete(key)
    return { state: 'lost', reason: [...reasons].slice(0, 3).join('; ') }
  }

  collect(jobId: string) {
    return this.#spool.collect(jobId)
  }

  async cancel(jobId: string): Promise<void> {
    const key = this.#spool.keyOf(jobId)
    this.#doubtful.delete(key)
    const job = await this.#spool.read(key)
    if (job === undefined) return
    if ((await this.#spool.missing(key, job)).length > 0) await this.#end(await this.#noteFound(key))
    await this.#spool.remove(key)
  }

  async close(): Promise<void> {
    this.#doubtful.clear()
  }

  /** Why a task is over without an execution; undefined if it is not. A limit of the engine that it hit is an execution. */
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

  /** Submits tasks as one array. Slurm does not know that a submission was sent twice, so an unsure one is looked for. */
  async #start(key: string, job: ReadJob, indices: readonly number[], { ids }: Note): Promise<void> {
    const { placement = {}, cpus = 1, overheadBytes = OVERHEAD_BYTES } = this.#params
    const inputBytes = Math.max(...job.tasks.map((task) => task.inputBytes))
    const submission: SlurmSubmission = {
      name: key,
      script: this.#script(key),
      array: indices.join(','),
      minutes: Math.ceil((job.limits.timeoutMs + START_MS) / 60_000),
      memoryMiB: Math.ceil((job.limits.memoryBytes + INPUT_COPIES * inputBytes + overheadBytes) / MIB),
      cpus,
      placement,
    }
    // A server that is away is found out before a submission may have reached it.
    await this.#chosen()
    await this.#spool.writeNote(key, { ids, isSubmitting: true })
    try {
      const body = (api: SlurmApi) => api.submission(submission)
      const answer = await this.#ask('POST', '/job/submit', submittedSchema, { body })
      await this.#spool.writeNote(key, { ids: [...ids, answer!.job_id], isSubmitting: false })
    } catch (error) {
      if (error instanceof EngineRefusedError) {
        // Nothing of it is under way, so nothing of it stays.
        if (ids.length === 0) await this.#spool.remove(key)
        else await this.#spool.writeNote(key, { ids, isSubmitting: false })
        throw error
      }
      if (!(error instanceof EngineUnavailableError || error instanceof EngineAnswerError)) throw error
      // It may have arrived.
      const found = await this.#noteFound(key)
      const alive = await this.#alive(found)
      if (indices.some((index) => !alive.has(index))) throw error
    }
  }

  #script(key: string): string {
    const { command = [process.execPath, TASK_MAIN] } = this.#params
    const words = [...command, this.#spool.jobAt(key).path].map((word) => `'${word.replaceAll("'", `'\\''`)}'`)
    return `#!/bin/sh\nexec ${words.join(' ')} "$SLURM_ARRAY_TASK_ID"\n`
  }

  async #end({ ids }: Note): Promise<void> {
    for (const id of ids)
      await this.#ask('DELETE', `/job/${id}`, z.looseObject({}), { unless: [NO_SUCH_JOB, ALREADY_DONE] })
  }

  #note(key: string): Promise<Note | undefined> {
    return this.#spool.readNote(key, noteSchema)
  }

  /** The note, with what was submitted and not written down. */
  async #noteFound(key: string): Promise<Note> {
    const note = (await this.#note(key)) ?? { ids: [], isSubmitting: false }
    if (!note.isSubmitting) return note
    const { jobs = [] } = (await this.#ask('GET', '/jobs', jobsSchema)) ?? {}
    const ours = jobs.filter(({ name }) => name === key).map((job) => job.array_job_id || job.job_id)
    const found = { ids: [...new Set([...note.ids, ...ours])], isSubmitting: false }
    await this.#spool.writeNote(key, found)
    return found
  }

  async #alive(note: Note): Promise<Set<number>> {
    const states = await this.#states(note)
    return new Set(
      [...states].filter(([, { kind }]) => kind === 'queued' || kind === 'running').map(([index]) => index),
    )
  }

  /** Of tasks that were submitted again, the state in the latest submission. */
  async #states({ ids }: Note): Promise<Map<number, TaskState>> {
    const states = new Map<number, TaskState>()
    for (const id of [...ids].sort((a, b) => a - b)) {
      const answer = await this.#ask('GET', `/job/${id}`, jobsSchema, { unless: [NO_SUCH_JOB] })
      for (const [index, state] of taskStates(answer?.jobs ?? [])) states.set(index, state)
    }
    return states
  }

  async #chosen(): Promise<SlurmApi> {
    this.#api ??= chooseApi((await this.#client.ask({ method: 'GET', path: '/openapi/v3' }, openApiSchema))!)
    return this.#api
  }

  /** Asks below the path of the API's version; undefined for one of `unless`. */
  async #ask<T>(
    method: SlurmRequest['method'],
    path: string,
    schema: z.ZodType<T>,
    { body, unless }: { body?: (api: SlurmApi) => object; unless?: readonly number[] } = {},
  ): Promise<T | undefined> {
    const api = await this.#chosen()
    try {
      const request = { method, path: `/slurm/${api.version}${path}`, ...(body && { body: body(api) }) }
      return await this.#client.ask(request, schema, unless)
    } catch (error) {
      // The server may be another one by now, with other versions.
      if (error instanceof EngineRefusedError) this.#api = undefined
      throw error
    }
  }
}
