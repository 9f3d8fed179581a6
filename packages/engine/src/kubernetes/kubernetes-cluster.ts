import { randomBytes } from 'node:crypto'
import type { ExecutionStatus } from '@gristmill/runner'
import { z } from 'zod'
import type { Beginning, Cluster, HandedOver, TaskState } from '../cluster/cluster.js'
import type { RequestParams } from '../cluster/requests.js'
import { type TaskResourcesParams, taskResources } from '../cluster/task-resources.js'
import { Isolation } from './isolation.js'
import { loadKubeConfig } from './kube-config.js'
import { KubernetesClient } from './kubernetes-client.js'
import { KubernetesJobs } from './kubernetes-jobs.js'
import { jobManifest } from './manifests.js'
import type { PodParams } from './pod-params.js'

/** How a Kubernetes cluster is asked, and what for. */
export interface KubernetesClusterParams extends PodParams, RequestParams, TaskResourcesParams {
  /** Of its own: what is labelled as ours in it has no network. */
  namespace: string
  /** Default: the service account of the pod that the datatrust runs in. */
  kubeconfigFile?: string
}

/** The name of the latest Job. It is new each time: an answer that was lost leads to the same Job, not to a second one. */
const noteSchema = z.strictObject({ name: z.string().regex(/^gristmill-[0-9a-f]{32}-[0-9a-f]{8}$/) })
type Note = z.output<typeof noteSchema>

/** A namespace of Kubernetes: a job is an Indexed Job. */
export class KubernetesCluster implements Cluster<Note> {
  readonly name = 'kubernetes'
  readonly note = noteSchema
  readonly #params: KubernetesClusterParams
  readonly #jobs: KubernetesJobs
  readonly #isolation: Isolation

  constructor(params: KubernetesClusterParams) {
    this.#params = params
    const client = new KubernetesClient(loadKubeConfig(params.kubeconfigFile), params)
    this.#jobs = new KubernetesJobs(client, params.namespace)
    this.#isolation = new Isolation(client, this.#jobs, params)
  }

  async probe(): Promise<string> {
    await this.#isolation.prove()
    return `Kubernetes takes jobs in ${this.#params.namespace}, whose pods reach no network`
  }

  ready(): Promise<void> {
    return this.#isolation.prove()
  }

  async begin({ key, job, note, keep }: Beginning<Note>): Promise<void> {
    // It is over, or gone.
    if (note !== undefined) await this.#jobs.delete(note.name)
    const name = `gristmill-${key}-${randomBytes(4).toString('hex')}`
    await keep({ name })
    const resources = taskResources(job, this.#params)
    const manifest = jobManifest({ ...this.#params, ...resources, name, key, tasks: job.tasks.length })
    await this.#jobs.create(manifest)
  }

  /** The name was written down before it was used. */
  async settle(_key: string, note: Note): Promise<Note> {
    return note
  }

  async states({ note, tasks }: HandedOver<Note>): Promise<Map<number, TaskState>> {
    const found = await this.#jobs.look(note.name)
    if (found === undefined) return new Map()
    const states = new Map<number, TaskState>()
    const all = (state: TaskState) => {
      for (let index = 0; index < tasks; index++) states.set(index, state)
    }
    if (!found.isOver) {
      all({ kind: found.isReady ? 'running' : 'queued' })
      return states
    }
    const stopped = (status: ExecutionStatus): TaskState => ({ kind: 'stopped', status })
    if (found.reason === 'DeadlineExceeded') {
      all(stopped('TIMEOUT'))
      return states
    }
    all({ kind: 'over', reason: found.reason })
    for (const { index, reason } of await this.#jobs.exits(note.name))
      if (reason === 'OOMKilled') states.set(index, stopped('OOM'))
    return states
  }

  end({ note }: HandedOver<Note>): Promise<void> {
    return this.#jobs.delete(note.name)
  }

  close(): void {
    this.#isolation.close()
  }
}
