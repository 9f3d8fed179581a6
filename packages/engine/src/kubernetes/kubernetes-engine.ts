import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import {
  type Engine,
  EngineAnswerError,
  type EngineJob,
  EngineRefusedError,
  type EngineStatus,
  EngineUnavailableError,
  type ExecutionStatus,
} from '@gristmill/runner'
import { ApiException, BatchV1Api, CoreV1Api, KubeConfig, NetworkingV1Api } from '@kubernetes/client-node'
import { z } from 'zod'
import { Spool } from '../spool/spool.js'
import { CANARY_ISOLATED, canaryManifest, jobManifest, type PodParams, policyManifest } from './manifests.js'

/** What `openKubernetesEngine` takes. */
export interface KubernetesEngineParams extends Omit<PodParams, 'uid' | 'gid'> {
  /** Where the claim is mounted here; for this user alone, who is not root. */
  spoolDirectory: string
  /** Of its own: what is labelled as ours in it has no network. */
  namespace: string
  /** Default: that of the user, or of the pod that the datatrust runs in. */
  kubeconfigFile?: string
  /** Of one task; default: 1. */
  cpus?: number
  /** Memory of a task beside its algorithm's and its input's; default: 512 MiB. */
  overheadBytes?: number
  /** For one request; default: 10 seconds. */
  requestMs?: number
  /** Attempts at one request; default: 5. */
  attempts?: number
}

const ENGINE = 'kubernetes'
const TASKS_MAX = 1_000
const JOBS_AT_ONCE = 4
const MIB = 2 ** 20
const OVERHEAD_BYTES = 512 * MIB
const INPUT_COPIES = 3
const START_MS = 120_000
const SETTLE_MS = 5_000
const CANARY_MS = 180_000
const REQUEST_MS = 10_000
const ATTEMPTS = 5
const FIRST_PAUSE_MS = 200
const NOT_FOUND = 404
const ALREADY_EXISTS = 409

const noteSchema = z.strictObject({ attempt: z.int().min(0).max(1_000) })
const conditionsSchema = z.looseObject({
  status: z
    .looseObject({
      active: z.int().nullish(),
      ready: z.int().nullish(),
      conditions: z
        .array(z.looseObject({ type: z.string(), status: z.string(), reason: z.string().nullish() }))
        .nullish(),
    })
    .nullish(),
})
const podsSchema = z.looseObject({
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

/**
 * Engine of a Kubernetes namespace: an Indexed Job for each of ours, bytes over a claim that datatrust and pods mount. Nothing
 * is submitted before a canary has failed to reach the network.
 */
export async function openKubernetesEngine(params: KubernetesEngineParams): Promise<Engine> {
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0]
  if (uid === 0)
    throw new EngineRefusedError(ENGINE, 'open', 'pods run as the user of the datatrust, which may not be root')
  return new KubernetesEngine(
    params,
    { ...params, uid, gid },
    await Spool.open({ directory: params.spoolDirectory, engine: ENGINE }),
  )
}

/** @internal For tests, which may run as root. */
export class KubernetesEngine implements Engine {
  readonly #params: KubernetesEngineParams
  readonly #pods: PodParams
  readonly #spool: Spool
  readonly #config = new KubeConfig()
  readonly #doubtful = new Map<string, number>()
  #isIsolated: Promise<void> | undefined

  constructor(params: KubernetesEngineParams, pods: PodParams, spool: Spool) {
    this.#params = params
    this.#pods = pods
    this.#spool = spool
    if (params.kubeconfigFile === undefined) this.#config.loadFromDefault()
    else this.#config.loadFromFile(params.kubeconfigFile)
  }

  capabilities() {
    return { name: ENGINE, tasksMax: TASKS_MAX, jobsAtOnce: JOBS_AT_ONCE } as const
  }

  async probe(): Promise<string> {
    await this.#isolated()
    return `Kubernetes takes jobs in ${this.#params.namespace}, whose pods reach no network`
  }

  async submit(job: EngineJob): Promise<void> {
    if (job.tasks.length === 0 || job.tasks.length > TASKS_MAX)
      throw new EngineRefusedError(ENGINE, 'submit', `a job has 1 to ${TASKS_MAX} tasks`)
    await this.#isolated()
    const key = this.#spool.keyOf(job.id)
    const before = await this.#attempt(key)
    if ((await this.#spool.put(key, job)) && before !== undefined) await this.#delete(nameOf(key, before))
    const spooled = await this.#spool.read(key)
    if (spooled === undefined) throw new EngineRefusedError(ENGINE, 'submit', 'the job was cancelled meanwhile')
    if ((await this.#spool.missing(key, spooled)).length === 0) return
    const latest = await this.#attempt(key)
    if (latest !== undefined && (await this.#look(nameOf(key, latest)))?.isOver === false) return
    // A Job that ended while it was asked for has left its executions.
    if ((await this.#spool.missing(key, spooled)).length === 0) return
    // The name is taken before it is used: an answer that was lost leads to the same Job, not to a second one.
    const attempt = (latest ?? -1) + 1
    await this.#spool.writeNote(key, { attempt })
    const inputBytes = Math.max(...job.tasks.map(({ input }) => input.length))
    const { cpus = 1, overheadBytes = OVERHEAD_BYTES, namespace } = this.#params
    const body = jobManifest({
      ...this.#pods,
      name: nameOf(key, attempt),
      path: `jobs/${key}`,
      tasks: job.tasks.length,
      seconds: Math.ceil((job.limits.timeoutMs + START_MS) / 1_000),
      memoryMiB: Math.ceil((job.limits.memoryBytes + INPUT_COPIES * inputBytes + overheadBytes) / MIB),
      cpus,
    })
    await this.#create('create job', () => this.#api(BatchV1Api).createNamespacedJob({ namespace, body }))
  }

  async status(jobId: string): Promise<EngineStatus> {
    const key = this.#spool.keyOf(jobId)
    const job = await this.#spool.read(key)
    if (job === undefined) return { state: 'lost' }
    if ((await this.#spool.missing(key, job)).length === 0) return { state: 'ended' }
    const attempt = await this.#attempt(key)
    if (attempt === undefined) return { state: 'lost', reason: 'it was not handed over' }
    const found = await this.#look(nameOf(key, attempt))
    if (found?.isOver === false) {
      this.#doubtful.delete(key)
      return { state: found.isReady ? 'running' : 'queued' }
    }
    const stopped = found === undefined ? new Map() : await this.#stopped(nameOf(key, attempt), found.reason)
    const reasons = new Set<string>()
    for (const index of await this.#spool.missing(key, job)) {
      const directory = this.#spool.jobAt(key)
      const status: ExecutionStatus | undefined = stopped.get(index) ?? stopped.get(undefined)
      if (status !== undefined && (await directory.isStarted(job, index)))
        await directory.putExecution(job, index, { status, reason: 'stopped by the engine', fuelUsed: job.limits.fuel })
      else reasons.add((await directory.readFault(job, index)) ?? found?.reason ?? 'Kubernetes knows it no more')
    }
    if (reasons.size === 0) return { state: 'ended' }
    const since = this.#doubtful.get(key) ?? performance.now()
    this.#doubtful.set(key, since)
    if (performance.now() - since < SETTLE_MS) return { state: 'running' }
    this.#doubtful.delete(key)
    return { state: 'lost', reason: [...reasons].slice(0, 3).join('; ') }
  }

  collect(jobId: string) {
    return this.#spool.collect(jobId)
  }

  async cancel(jobId: string): Promise<void> {
    const key = this.#spool.keyOf(jobId)
    this.#doubtful.delete(key)
    const attempt = await this.#attempt(key)
    if (attempt !== undefined) await this.#delete(nameOf(key, attempt))
    await this.#spool.remove(key)
  }

  async close(): Promise<void> {
    this.#doubtful.clear()
  }

  /** Once for each process: puts the policy there and has the canary fail. What went wrong is tried again. */
  #isolated(): Promise<void> {
    this.#isIsolated ??= this.#sendCanary().catch((error: unknown) => {
      this.#isIsolated = undefined
      throw error
    })
    return this.#isIsolated
  }

  async #sendCanary(): Promise<void> {
    const { namespace } = this.#params
    const policy = policyManifest()
    await this.#create('create network policy', () =>
      this.#api(NetworkingV1Api).createNamespacedNetworkPolicy({ namespace, body: policy }),
    )
    const name = `gristmill-canary-${randomUUID().slice(0, 8)}`
    const body = canaryManifest(name, this.#pods)
    await this.#create('create canary', () => this.#api(BatchV1Api).createNamespacedJob({ namespace, body }))
    try {
      const until = performance.now() + CANARY_MS
      for (;;) {
        const found = await this.#look(name)
        if (found === undefined || found.isOver) break
        if (performance.now() > until) throw new EngineUnavailableError(ENGINE, 'run the canary')
        await pause(500)
      }
      const [code] = (await this.#exits(name)).map(({ exitCode }) => exitCode)
      if (code === 0)
        throw new EngineRefusedError(
          ENGINE,
          'probe',
          'a pod reached the network: use a network plugin that keeps policies',
        )
      if (code !== CANARY_ISOLATED)
        throw new EngineRefusedError(ENGINE, 'probe', 'the canary did not run: see its image')
    } finally {
      await this.#delete(name)
    }
  }

  async #attempt(key: string): Promise<number | undefined> {
    return (await this.#spool.readNote(key, noteSchema))?.attempt
  }

  async #look(name: string): Promise<{ isOver: boolean; isReady: boolean; reason: string } | undefined> {
    const { namespace } = this.#params
    const found = await this.#ask('read job', conditionsSchema, [NOT_FOUND], () =>
      this.#api(BatchV1Api).readNamespacedJob({ namespace, name }),
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

  /** Tasks that Kubernetes stopped at a limit, by index; without one: all of them. */
  async #stopped(name: string, reason: string): Promise<Map<number | undefined, ExecutionStatus>> {
    if (reason === 'DeadlineExceeded') return new Map([[undefined, 'TIMEOUT']])
    const exits = await this.#exits(name)
    return new Map(exits.filter((exit) => exit.reason === 'OOMKilled').map(({ index }) => [index, 'OOM']))
  }

  async #exits(name: string): Promise<{ index: number; exitCode: number; reason: string }[]> {
    const { namespace } = this.#params
    const labelSelector = `batch.kubernetes.io/job-name=${name}`
    const pods = await this.#ask('list pods', podsSchema, [], () =>
      this.#api(CoreV1Api).listNamespacedPod({ namespace, labelSelector, limit: 5_000 }),
    )
    return (pods?.items ?? []).flatMap(({ metadata, status }) =>
      (status?.containerStatuses ?? []).flatMap(({ state }) => {
        const index = Number(metadata?.annotations?.['batch.kubernetes.io/job-completion-index'] ?? 0)
        const ended = state?.terminated
        return ended ? [{ index, exitCode: ended.exitCode, reason: ended.reason ?? '' }] : []
      }),
    )
  }

  async #delete(name: string): Promise<void> {
    const { namespace } = this.#params
    await this.#ask('delete job', z.unknown(), [NOT_FOUND], () =>
      this.#api(BatchV1Api).deleteNamespacedJob({ namespace, name, propagationPolicy: 'Background' }),
    )
  }

  #create(operation: string, call: () => Promise<unknown>): Promise<unknown> {
    return this.#ask(operation, z.unknown(), [ALREADY_EXISTS], call)
  }

  #api<T extends BatchV1Api | CoreV1Api | NetworkingV1Api>(type: new (...args: never[]) => T): T {
    return this.#config.makeApiClient(type as never) as T
  }

  /** One request, bounded in time and attempts; undefined for an HTTP status of `unless`. */
  async #ask<T>(
    operation: string,
    schema: z.ZodType<T>,
    unless: readonly number[],
    call: () => Promise<unknown>,
  ): Promise<T | undefined> {
    const { requestMs = REQUEST_MS, attempts = ATTEMPTS } = this.#params
    for (let attempt = 1; ; attempt++) {
      try {
        const answer = await Promise.race([call(), late(requestMs)])
        const parsed = schema.safeParse(answer)
        if (parsed.success) return parsed.data
        throw new EngineAnswerError(ENGINE, operation, parsed.error.issues[0]!.path.join('.'))
      } catch (error) {
        const failure = this.#judge(operation, error, unless)
        if (failure === undefined) return undefined
        if (failure instanceof EngineRefusedError || attempt >= attempts) throw failure
        await pause(FIRST_PAUSE_MS * 2 ** (attempt - 1))
      }
    }
  }

  #judge(operation: string, error: unknown, unless: readonly number[]) {
    if (error instanceof EngineAnswerError) return error
    if (error instanceof ApiException) {
      if (unless.includes(error.code)) return undefined
      if (error.code >= 400 && error.code < 500 && error.code !== 429)
        return new EngineRefusedError(ENGINE, operation, `HTTP ${error.code}`)
      return new EngineUnavailableError(ENGINE, operation, error)
    }
    if (error instanceof SyntaxError) return new EngineAnswerError(ENGINE, operation, 'not in JSON as it speaks it')
    return new EngineUnavailableError(ENGINE, operation, error)
  }
}

const nameOf = (key: string, attempt: number): string => `gristmill-${key}-${attempt}`

function late(ms: number): Promise<never> {
  return new Promise((_resolve, reject) => {
    setTimeout(() => reject(new Error('no answer in time')), ms).unref()
  })
}
