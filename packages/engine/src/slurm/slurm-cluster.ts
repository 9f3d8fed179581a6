import { fileURLToPath } from 'node:url'
import { EngineAnswerError, EngineRefusedError, EngineUnavailableError } from '@gristmill/runner'
import { z } from 'zod'
import type { Beginning, Cluster, HandedOver, TaskState } from '../cluster/cluster.js'
import { type TaskResourcesParams, taskResources } from '../cluster/task-resources.js'
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
import { taskStates } from './task-states.js'

/** How a Slurm cluster is asked, and what for. */
export interface SlurmClusterParams extends SlurmClientParams, TaskResourcesParams {
  placement?: SlurmPlacement
  /** How a node runs a task; default: this Node and this package, which then lie under the same paths there. */
  command?: readonly string[]
}

/** slurm_errno.h: no such job; the job is over. */
const NO_SUCH_JOB = 2_017
const ALREADY_DONE = 2_021

const TASK_MAIN = fileURLToPath(new URL('../task/main.js', import.meta.url))

/** What is known of a job at Slurm. */
const noteSchema = z.strictObject({
  ids: z.array(z.int().positive()).max(1_000),
  /** True from before a submission is sent until its answer is here: one may be under way of which nothing is known. */
  isSubmitting: z.boolean(),
})
type Note = z.output<typeof noteSchema>

/** A Slurm cluster behind slurmrestd: a job is an array. */
export class SlurmCluster implements Cluster<Note> {
  readonly name = 'slurm'
  readonly note = noteSchema
  readonly #params: SlurmClusterParams
  readonly #client: SlurmClient
  #api: SlurmApi | undefined

  constructor(params: SlurmClusterParams) {
    this.#params = params
    this.#client = new SlurmClient(params)
  }

  async probe(): Promise<string> {
    await this.#ask('GET', '/ping', z.looseObject({ pings: z.array(z.looseObject({})).min(1) }))
    return `Slurm answers over slurmrestd ${this.#api?.version}`
  }

  /** A server that is away is found out before a submission may have reached it. */
  async ready(): Promise<void> {
    await this.#chosen()
  }

  /** Submits tasks as one array. Slurm does not know that a submission was sent twice, so an unsure one is looked for. */
  async begin({ key, directory, job, indices, note, keep }: Beginning<Note>): Promise<void> {
    const { placement = {} } = this.#params
    const { seconds, memoryMiB, cpus } = taskResources(job, this.#params)
    const submission: SlurmSubmission = {
      name: key,
      script: this.#script(directory),
      array: indices.join(','),
      minutes: Math.ceil(seconds / 60),
      memoryMiB,
      cpus,
      placement,
    }
    const ids = note?.ids ?? []
    await keep({ ids, isSubmitting: true })
    try {
      const body = (api: SlurmApi) => api.submission(submission)
      const answer = await this.#ask('POST', '/job/submit', submittedSchema, { body })
      await keep({ ids: [...ids, answer!.job_id], isSubmitting: false })
    } catch (error) {
      if (error instanceof EngineRefusedError) await keep({ ids, isSubmitting: false })
      if (!(error instanceof EngineUnavailableError || error instanceof EngineAnswerError)) throw error
      // It may have arrived.
      const found = await this.settle(key, { ids, isSubmitting: true })
      await keep(found)
      const states = await this.states({ key, note: found, tasks: job.tasks.length })
      const isAlive = (index: number) => ['queued', 'running'].includes(states.get(index)?.kind ?? 'over')
      if (!indices.every(isAlive)) throw error
    }
  }

  async settle(key: string, note: Note): Promise<Note> {
    if (!note.isSubmitting) return note
    const { jobs = [] } = (await this.#ask('GET', '/jobs', jobsSchema)) ?? {}
    const ours = jobs.filter(({ name }) => name === key).map((job) => job.array_job_id || job.job_id)
    return { ids: [...new Set([...note.ids, ...ours])], isSubmitting: false }
  }

  async states({ note: { ids } }: HandedOver<Note>): Promise<Map<number, TaskState>> {
    const states = new Map<number, TaskState>()
    for (const id of [...ids].sort((a, b) => a - b)) {
      const answer = await this.#ask('GET', `/job/${id}`, jobsSchema, { unless: [NO_SUCH_JOB] })
      for (const [index, state] of taskStates(answer?.jobs ?? [])) states.set(index, state)
    }
    return states
  }

  /** Slurm forgets by itself what has ended. */
  async end({ note: { ids } }: HandedOver<Note>, unfinished: number): Promise<void> {
    if (unfinished === 0) return
    for (const id of ids)
      await this.#ask('DELETE', `/job/${id}`, z.looseObject({}), { unless: [NO_SUCH_JOB, ALREADY_DONE] })
  }

  close(): void {}

  #script(directory: string): string {
    const { command = [process.execPath, TASK_MAIN] } = this.#params
    const words = [...command, directory].map((word) => `'${word.replaceAll("'", `'\\''`)}'`)
    return `#!/bin/sh\nexec ${words.join(' ')} "$SLURM_ARRAY_TASK_ID"\n`
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
