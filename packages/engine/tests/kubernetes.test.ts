import { spawn } from 'node:child_process'
import { chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createWasmExecutor, type EngineJob, execute } from '@gristmill/runner'
import { Job } from 'kubernetes-models/batch/v1'
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openKubernetesEngine } from '../src/kubernetes/kubernetes-engine.js'
import { canaryManifest, jobManifest, policyManifest } from '../src/kubernetes/manifests.js'
import { bytesOf, copying, LIMITS } from './_algorithms.js'
import { type Asked, type RestServer, startRestServer } from './_rest-server.js'

const pods = { image: 'registry.example/gristmill:1', claim: 'spool', runtimeClass: 'gvisor', uid: 1_000, gid: 1_000 }
const job: EngineJob = {
  id: 'order',
  runtime: { name: 'wasm', digest: createWasmExecutor(LIMITS).capabilities().runtimeDigest },
  limits: LIMITS,
  tasks: [1, 2].map((value) => ({ algorithm: copying, input: bytesOf(value), outputBytes: 16 })),
}
const described = jobManifest({ ...pods, name: 'x', key: 'x', tasks: 2, seconds: 60, memoryMiB: 600, cpus: 1 })

describe('the manifests', () => {
  it('are valid', () => {
    for (const manifest of [described, canaryManifest('canary', pods)]) new Job(manifest as never).validate()
    new NetworkPolicy(policyManifest() as never).validate()
    const spoilt = { ...described, spec: { ...described.spec, completions: 'two' } }
    expect(() => new Job(spoilt as never).validate()).toThrow()
  })

  it('give a pod no rights, no network and nothing to write to but its job', () => {
    const { spec } = described.spec!.template
    expect(spec).toMatchObject({
      runtimeClassName: 'gvisor',
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    })
    expect(spec?.containers[0]).toMatchObject({
      securityContext: {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      },
      volumeMounts: [{ mountPath: '/job', subPath: 'jobs/x' }, { mountPath: '/tmp' }],
    })
    expect(policyManifest().spec).toMatchObject({ policyTypes: ['Ingress', 'Egress'], ingress: [], egress: [] })
    expect(policyManifest().spec?.podSelector?.matchLabels).toEqual(described.spec!.template.metadata!.labels)
  })
})

describe('against a server that answers as the API does', () => {
  let directory: string
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'gristmill-kubernetes-'))
  })
  afterEach(async () => {
    vi.restoreAllMocks()
    await rm(directory, { recursive: true, force: true })
  })

  async function open({ url }: Pick<RestServer, 'url'>) {
    const kubeconfigFile = join(directory, 'kubeconfig')
    const named = (name: string, key: string, value: object) => [{ name, [key]: value }]
    await writeFile(
      kubeconfigFile,
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Config',
        clusters: named('c', 'cluster', { server: url, 'insecure-skip-tls-verify': true }),
        users: named('u', 'user', { token: 't' }),
        contexts: named('x', 'context', { cluster: 'c', user: 'u' }),
        'current-context': 'x',
      }),
    )
    // A datatrust on Kubernetes is never root; these tests may be.
    vi.spyOn(process, 'getuid').mockReturnValue(pods.uid)
    const spoolDirectory = join(directory, 'spool')
    await mkdir(spoolDirectory, { mode: 0o700 })
    await chown(spoolDirectory, pods.uid, pods.gid)
    const { image, claim, runtimeClass } = pods
    const params = { image, claim, runtimeClass, namespace: 'mill', kubeconfigFile, attempts: 2, requestMs: 1_000 }
    return openKubernetesEngine({ ...params, spoolDirectory })
  }

  /** Runs the tasks of a job in processes of this machine, as its pods would. */
  const contract = (canaryCode: number) => {
    const over = new Map<string, number>()
    return ({ method, path, body }: Asked): object => {
      const { pathname, searchParams } = new URL(path, 'http://x')
      const name = pathname.split('/').at(-1)!
      if (method === 'POST' && pathname.endsWith('/jobs')) {
        const created = body as typeof described
        const { volumeMounts = [] } = created.spec!.template.spec!.containers[0]!
        const main = new URL('../dist/task/main.js', import.meta.url).pathname
        for (let index = 0; volumeMounts.length > 0 && index < created.spec!.completions!; index++)
          spawn(process.execPath, [main, join(directory, 'spool', volumeMounts[0]!.subPath!)], {
            stdio: 'ignore',
            env: { JOB_COMPLETION_INDEX: String(index) },
          }).on('exit', () => over.set(created.metadata!.name!, (over.get(created.metadata!.name!) ?? 0) + 1))
        return created
      }
      if (method !== 'GET') return body instanceof Object ? body : { kind: 'Status' }
      if (pathname.endsWith('/pods')) {
        const isCanary = /canary/.test(searchParams.get('labelSelector') ?? '')
        const terminated = { exitCode: isCanary ? canaryCode : 0, reason: 'Error' }
        return {
          kind: 'PodList',
          items: [{ metadata: {}, status: { containerStatuses: [{ state: { terminated } }] } }],
        }
      }
      const isOver = /canary/.test(name) || over.get(name) === job.tasks.length
      const conditions = isOver ? [{ type: 'Failed', status: 'True', reason: 'BackoffLimitExceeded' }] : []
      return { kind: 'Job', metadata: { name }, status: { ready: isOver ? 0 : 1, conditions } }
    }
  }

  it('executes an array once the canary has failed, and removes the Job', async () => {
    await using server = await startRestServer(contract(42))
    const engine = await open(server)
    expect(await execute(engine, job)).toMatchObject([{ output: bytesOf(1) }, { output: bytesOf(2) }])
    const sent = server.asked
      .filter(({ method }) => method !== 'GET')
      .map(({ method, path }) => `${method} ${path.split('?')[0]}`)
    expect(sent[0]).toBe('POST /apis/networking.k8s.io/v1/namespaces/mill/networkpolicies')
    expect(sent.filter((line) => line === 'POST /apis/batch/v1/namespaces/mill/jobs')).toHaveLength(2)
    expect(sent.at(-1)).toMatch(/^DELETE \/apis\/batch\/v1\/namespaces\/mill\/jobs\/gristmill-[0-9a-f]{32}-[0-9a-f]{8}/)
  })

  it('takes no job where the canary reached the network, or did not run', async () => {
    for (const code of [0, 1]) {
      await using server = await startRestServer(contract(code))
      await rm(join(directory, 'spool'), { recursive: true, force: true })
      await expect((await open(server)).submit(job)).rejects.toMatchObject({ code: 'ENGINE_REFUSED' })
      const created = server.asked.filter(
        ({ method, path }) => method === 'POST' && path.split('?')[0]!.endsWith('/jobs'),
      )
      expect(created).toHaveLength(1)
    }
  })

  it.each<[string, string, Parameters<typeof startRestServer>[0]]>([
    ['ENGINE_UNAVAILABLE', 'hangs', () => () => {}],
    ['ENGINE_UNAVAILABLE', 'hangs up', () => (response) => response.destroy()],
    ['ENGINE_UNAVAILABLE', 'is overloaded', () => (response) => response.writeHead(503).end('{}')],
    ['ENGINE_REFUSED', 'knows us not', () => (response) => response.writeHead(403).end('{"kind":"Status"}')],
  ])('%s where it %s', async (code, _what, answer) => {
    await using server = await startRestServer(answer)
    await expect((await open(server)).submit(job)).rejects.toMatchObject({ code })
  })
})
