import { chown, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createWasmExecutor, type EngineJob, execute } from '@gristmill/runner'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type KubernetesEngineParams, openKubernetesEngine } from '../src/kubernetes/kubernetes-engine.js'
import { bytesOf, copying, endless, LIMITS } from './_algorithms.js'
import { type Asked, type Fault, type KubernetesApi, send, startKubernetesApi } from './_kubernetes-api.js'
import type { CanaryEnd } from './_kubernetes-pods.js'
import { until } from './_slurm.js'

const USER = 1_000
const job: EngineJob = {
  id: 'order',
  runtime: { name: 'wasm', digest: createWasmExecutor(LIMITS).capabilities().runtimeDigest },
  limits: LIMITS,
  tasks: [1, 2].map((value) => ({ algorithm: copying, input: bytesOf(value), outputBytes: 16 })),
}
const lasting: EngineJob = { ...job, id: 'lasting', tasks: [{ ...job.tasks[0]!, algorithm: endless }] }

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gristmill-kubernetes-'))
  await mkdir(join(directory, 'spool'), { mode: 0o700 })
  // A datatrust on Kubernetes is never root; these tests may be.
  if (process.getuid?.() === 0) {
    await chown(join(directory, 'spool'), USER, USER)
    vi.spyOn(process, 'getuid').mockReturnValue(USER)
  }
})
afterEach(async () => {
  vi.restoreAllMocks()
  await rm(directory, { recursive: true, force: true })
})

const startApi = (canary: CanaryEnd = 42, page?: number) =>
  startKubernetesApi({ claimDirectory: directory, canary, ...(page !== undefined && { page }) })

async function open({ kubeconfig }: KubernetesApi, params: Partial<KubernetesEngineParams> = {}) {
  const kubeconfigFile = join(directory, 'kubeconfig')
  await writeFile(kubeconfigFile, kubeconfig)
  return openKubernetesEngine({
    namespace: 'gristmill',
    image: `registry.example/gristmill@sha256:${'0'.repeat(64)}`,
    claim: 'gristmill-spool',
    claimPath: 'spool',
    spoolDirectory: join(directory, 'spool'),
    kubeconfigFile,
    attempts: 3,
    requestMs: 5_000,
    settleMs: 200,
    ...params,
  })
}

const isJobs = ({ method, path }: Asked) => method === 'POST' && path.includes('/jobs')
const isCanary = ({ body }: Asked) => /canary/.test(JSON.stringify(body))
const begun = ({ asked }: KubernetesApi) => asked.filter((one) => isJobs(one) && !isCanary(one))
const ofJob = (api: KubernetesApi) => [...api.jobs].find(([name]) => !/canary/.test(name))?.[1]
/** Once the algorithm of the only task runs. */
const started = () =>
  until(async () => {
    const [key] = await readdir(join(directory, 'spool', 'jobs'))
    return (await readdir(join(directory, 'spool', 'jobs', key!))).some((file) => file.endsWith('.started'))
  }, 'it has started')
const tells =
  (code: number, json: object, headers?: Record<string, string>) => () => (response: Parameters<typeof send>[0]) =>
    send(response, code, json, headers)
/** Spoils the first so many requests of a kind. */
const spoil = (times: number, is: (asked: Asked) => boolean, fault: Fault): Fault => {
  let left = times
  return (asked) => (is(asked) && left-- > 0 ? fault(asked) : undefined)
}

describe('the Kubernetes engine', () => {
  it('executes an array with no more rights than the shipped ones, once a canary has failed, and keeps nothing', async () => {
    await using api = await startApi()
    const engine = await open(api)
    expect(await execute(engine, job)).toMatchObject([{ output: bytesOf(1) }, { output: bytesOf(2) }])
    const created = api.asked.filter(isJobs)
    expect(created.map(isCanary)).toEqual([true, false])
    expect(api.jobs.size).toBe(0)
    expect(await readdir(join(directory, 'spool', 'jobs'))).toEqual([])
    expect(JSON.stringify(created)).not.toContain(job.id)
    await engine.close()
  })

  it('proves once for all jobs, and takes up after a restart what runs', async () => {
    await using api = await startApi()
    const engine = await open(api)
    await engine.submit(lasting)
    await engine.submit(lasting)
    expect(api.asked.filter(isCanary)).toHaveLength(1)
    await (await open(api)).submit(lasting)
    expect(begun(api)).toHaveLength(1)
    await started()
    expect(await engine.status(lasting.id)).toEqual({ state: 'running' })
    await engine.cancel(lasting.id)
    expect(api.jobs.size).toBe(0)
    expect(await engine.status(lasting.id)).toEqual({ state: 'lost' })
  })

  it('puts the policy there where it may and nobody has', async () => {
    await using api = await startApi()
    api.policies.length = 0
    const error = await (await open(api)).probe().catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'ENGINE_REFUSED' })
    api.rules.push({ apiGroups: ['networking.k8s.io'], resources: ['networkpolicies'], verbs: ['create'] })
    expect(await (await open(api)).probe()).toContain('no network')
    expect(api.policies).toHaveLength(1)
  })

  it('refuses to be root', async () => {
    await using api = await startApi()
    vi.spyOn(process, 'getuid').mockReturnValue(0)
    await expect(open(api)).rejects.toMatchObject({ code: 'ENGINE_REFUSED' })
  })
})

describe('a cluster that is not cut off is handed no job', () => {
  it.each<[string, CanaryEnd, string]>([
    ['ENGINE_NOT_ISOLATED', 0, 'the canary reached the network'],
    ['ENGINE_REFUSED', 1, 'the canary did not know what to reach'],
    ['ENGINE_REFUSED', 137, 'the canary was killed'],
  ])('%s where %s: %s', async (code, canary) => {
    await using api = await startApi(canary)
    const engine = await open(api)
    await expect(engine.probe()).rejects.toMatchObject({ code })
    await expect(execute(engine, job)).rejects.toMatchObject({ code, retryable: true })
    expect(begun(api)).toEqual([])
    expect(api.jobs.size).toBe(0)
    // Nor does the data stay in the spool.
    expect(await readdir(join(directory, 'spool', 'jobs'))).toEqual([])
  })

  it('ENGINE_NOT_ISOLATED where another policy opens its pods', async () => {
    await using api = await startApi()
    const [policy] = api.policies
    api.policies.push({ ...policy, metadata: { name: 'allow-dns' }, spec: { podSelector: {}, egress: [{}] } })
    await expect((await open(api)).submit(job)).rejects.toMatchObject({
      code: 'ENGINE_NOT_ISOLATED',
      details: { reason: expect.stringContaining('allow-dns') },
    })
    expect(api.asked.filter(isJobs)).toEqual([])
  })

  it('waits no longer for a canary than until it is closed', async () => {
    await using api = await startApi('never')
    const engine = await open(api)
    const submitted = engine.submit(job).catch((error: unknown) => error)
    await until(() => api.jobs.size === 1, 'the canary is there')
    await engine.close()
    expect(await submitted).toMatchObject({ code: 'ENGINE_UNAVAILABLE' })
    expect(api.jobs.size).toBe(0)
  })
})

describe('an API that misbehaves', () => {
  const html = '<html>It works!</html>'
  it.each<[string, string, Fault]>([
    ['ENGINE_UNAVAILABLE', 'hangs', () => () => {}],
    ['ENGINE_UNAVAILABLE', 'hangs up', () => (response) => response.destroy()],
    ['ENGINE_UNAVAILABLE', 'breaks off', () => (response) => response.write('{"kind":', () => response.destroy())],
    ['ENGINE_UNAVAILABLE', 'is overloaded', tells(503, {})],
    ['ENGINE_REFUSED', 'knows us not', tells(401, {})],
    ['ENGINE_REFUSED', 'lets us not', tells(403, { kind: 'Status', reason: 'Forbidden', message: 'no' })],
    ['ENGINE_ANSWER', 'is another server', () => (response) => response.end(html)],
    ['ENGINE_ANSWER', 'has no such page', () => (response) => response.writeHead(404).end(html)],
    [
      'ENGINE_ANSWER',
      'breaks its JSON',
      () => (r) => r.writeHead(200, { 'content-type': 'application/json' }).end('{"'),
    ],
    ['ENGINE_ANSWER', 'lists something else', tells(200, { kind: 'PodList', items: [] })],
    ['ENGINE_ANSWER', 'lists nothing', tells(200, { kind: 'NetworkPolicyList', items: 7 })],
  ])('ends in %s where it %s', async (code, _what, fault) => {
    await using api = await startApi()
    api.fault = fault
    const engine = await open(api, { attempts: 2, requestMs: 300 })
    await expect(engine.submit(job)).rejects.toMatchObject({ code })
  })

  it('is asked again: when it says so, and where its answer was lost', async () => {
    await using api = await startApi(42, 1)
    const engine = await open(api)
    await engine.probe()
    const create = (asked: Asked) => isJobs(asked) && !isCanary(asked)
    const conflict = tells(409, { kind: 'Status', reason: 'Conflict', message: 'the object has been modified' })
    const busy = tells(429, { kind: 'Status', reason: 'TooManyRequests' }, { 'retry-after': '1' })
    const faults = [spoil(1, create, conflict), spoil(1, create, busy)]
    api.fault = (asked) => faults[0]!(asked) ?? faults[1]!(asked)
    const from = performance.now()
    await engine.submit(job)
    expect(performance.now() - from).toBeGreaterThanOrEqual(1_000)
    expect(begun(api)).toHaveLength(3)
    // It arrives and the answer does not: the second time the name is taken.
    expect(await execute(engine, job)).toMatchObject([{ status: 'OK' }, { status: 'OK' }])
    api.asked.length = 0
    let lost = 0
    api.loses = (asked) => create(asked) && lost++ === 0
    expect(await execute(engine, { ...job, id: 'other' })).toMatchObject([{ status: 'OK' }, { status: 'OK' }])
    const [first, second, ...more] = begun(api)
    expect(second).toEqual(first)
    expect(more).toEqual([])
  })

  it('that dies in the middle costs a job nothing', async () => {
    await using api = await startApi()
    const engine = await open(api, { attempts: 2 })
    await engine.submit(lasting)
    await engine.submit(job)
    await api.stop()
    await expect(engine.status(lasting.id)).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE', retryable: true })
    await expect(engine.submit({ ...job, id: 'new' })).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' })
    await api.start()
    expect(await execute(engine, job)).toMatchObject([{ output: bytesOf(1) }, { output: bytesOf(2) }])
    expect((await engine.status(lasting.id)).state).toBe('running')
    expect(begun(api)).toHaveLength(2)
    await engine.cancel(lasting.id)
  })

  it('is not believed that a job is gone unless it says so itself', async () => {
    await using api = await startApi()
    const engine = await open(api, { attempts: 1 })
    await engine.submit(lasting)
    api.fault = () => (response) => response.writeHead(404).end('no such page')
    await expect(engine.status(lasting.id)).rejects.toMatchObject({ code: 'ENGINE_ANSWER' })
    await expect(engine.submit(lasting)).rejects.toMatchObject({ code: 'ENGINE_ANSWER' })
    expect(begun(api)).toHaveLength(1)
  })
})

describe('a task that does not come to its end', () => {
  it('is begun again, under another name, where its Job has vanished', async () => {
    await using api = await startApi()
    const engine = await open(api)
    await engine.submit(lasting)
    for (const [name, pods] of api.jobs) {
      pods.close()
      api.jobs.delete(name)
    }
    await until(async () => (await engine.status(lasting.id)).state === 'lost', 'it is lost')
    await engine.submit(lasting)
    expect(await engine.status(lasting.id)).toMatchObject({ state: 'running' })
    const names = begun(api).map(({ body }) => (body as { metadata: { name: string } }).metadata.name)
    expect(new Set(names).size).toBe(2)
    await engine.cancel(lasting.id)
  })

  it('is begun again by Kubernetes where its pod was evicted', async () => {
    await using api = await startApi()
    const engine = await open(api)
    const ended = execute(engine, job)
    await until(() => (ofJob(api)?.pods.length ?? 0) > 0, 'it runs')
    ofJob(api)!.evict()
    expect(await ended).toMatchObject([{ output: bytesOf(1) }, { output: bytesOf(2) }])
    expect(begun(api)).toHaveLength(1)
  })

  it('ends in OOM or TIMEOUT where Kubernetes stopped the algorithm', async () => {
    await using api = await startApi(42, 1)
    const engine = await open(api)
    for (const [status, stop] of [
      ['OOM', () => ofJob(api)!.killForMemory()],
      ['TIMEOUT', () => ofJob(api)!.expire()],
    ] as const) {
      await engine.submit(lasting)
      await started()
      stop()
      expect(await execute(engine, lasting)).toMatchObject([{ status }])
    }
  })

  it('is lost, not a verdict, where it was stopped before the algorithm began', async () => {
    await using api = await startApi()
    const engine = await open(api)
    await engine.submit(lasting)
    ofJob(api)!.expire()
    await until(async () => (await engine.status(lasting.id)).state === 'lost', 'it is lost')
  })
})
