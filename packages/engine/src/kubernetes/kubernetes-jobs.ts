import type { V1Job } from '@kubernetes/client-node'
import { z } from 'zod'
import type { KubernetesClient } from './kubernetes-client.js'

/** How a Job is. */
export interface JobLook {
  isOver: boolean
  /** True if a pod of it runs. */
  isReady: boolean
  /** Why it is over, in one word of Kubernetes. */
  reason: string
}

/** How the container of a task ended. */
export interface TaskExit {
  index: number
  exitCode: number
  reason: string
}

/** Pods of one page; the API wants lists to be asked for in parts. */
const PAGE = 500
/** A job has a thousand tasks at most, each of which fails a few times at most. */
const PAGES_MAX = 20

const jobSchema = z.looseObject({
  kind: z.literal('Job'),
  status: z
    .looseObject({
      ready: z.int().nullish(),
      conditions: z
        .array(z.looseObject({ type: z.string(), status: z.string(), reason: z.string().nullish() }))
        .nullish(),
    })
    .nullish(),
})
const podsSchema = z.looseObject({
  kind: z.literal('PodList'),
  metadata: z.looseObject({ _continue: z.string().nullish() }).nullish(),
  items: z.array(
    z.looseObject({
      metadata: z.looseObject({ annotations: z.record(z.string(), z.string()).nullish() }).nullish(),
      status: z
        .looseObject({
          containerStatuses: z
            .array(
              z.looseObject({
                state: z
                  .looseObject({
                    terminated: z.looseObject({ exitCode: z.int(), reason: z.string().nullish() }).nullish(),
                  })
                  .nullish(),
              }),
            )
            .nullish(),
        })
        .nullish(),
    }),
  ),
})

/** The Jobs of a namespace. */
export class KubernetesJobs {
  readonly #client: KubernetesClient
  readonly #namespace: string

  constructor(client: KubernetesClient, namespace: string) {
    this.#client = client
    this.#namespace = namespace
  }

  /** One that is there already has arrived before. */
  async create(body: V1Job): Promise<void> {
    const create = { namespace: this.#namespace, body, fieldValidation: 'Strict' }
    await this.#client.ask('create job', z.unknown(), ({ batch }) => batch.createNamespacedJob(create), 'AlreadyExists')
  }

  /** Undefined if there is none. */
  async look(name: string): Promise<JobLook | undefined> {
    const read = { namespace: this.#namespace, name }
    const found = await this.#client.ask(
      'read job',
      jobSchema,
      ({ batch }) => batch.readNamespacedJob(read),
      'NotFound',
    )
    if (found === undefined) return undefined
    const over = found.status?.conditions?.find(
      ({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True',
    )
    return {
      isOver: over !== undefined,
      isReady: (found.status?.ready ?? 0) > 0,
      reason: over?.reason ?? over?.type ?? '',
    }
  }

  /** How the pods of a Job ended, those of all attempts. */
  async exits(name: string): Promise<TaskExit[]> {
    const list = { namespace: this.#namespace, labelSelector: `batch.kubernetes.io/job-name=${name}`, limit: PAGE }
    const exits: TaskExit[] = []
    let next: string | undefined
    for (let page = 0; page < PAGES_MAX; page++) {
      const asked = { ...list, ...(next !== undefined && { _continue: next }) }
      const pods = await this.#client.ask('list pods', podsSchema, ({ core }) => core.listNamespacedPod(asked))
      for (const { metadata, status } of pods!.items)
        for (const { state } of status?.containerStatuses ?? []) {
          const index = Number(metadata?.annotations?.['batch.kubernetes.io/job-completion-index'] ?? 0)
          const ended = state?.terminated
          if (ended) exits.push({ index, exitCode: ended.exitCode, reason: ended.reason ?? '' })
        }
      next = pods!.metadata?._continue || undefined
      if (next === undefined) break
    }
    return exits
  }

  /** With its pods; one that is not there is none. */
  async delete(name: string): Promise<void> {
    const gone = { namespace: this.#namespace, name, propagationPolicy: 'Background' }
    await this.#client.ask('delete job', z.unknown(), ({ batch }) => batch.deleteNamespacedJob(gone), 'NotFound')
  }
}
