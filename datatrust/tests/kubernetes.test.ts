import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { createExecutors, createWasmExecutor } from '@gristmill/runner'
import { createSessionKey } from '@gristmill/sdk'
import { afterAll, beforeAll, expect, inject, it, vi } from 'vitest'
import { openEngine } from '../src/config/open-engine.js'
import { examineEngine } from '../src/doctor/examine-engine.js'
import type { Server } from '../src/index.js'
import { clientOf, policyFor, publish, type Stage, setStage, startOn, until } from './_util.js'
import { constantModel } from './_wat.js'

/** Many times what it takes from an order to its Job where pods are cut off. */
const WAIT_MS = 2_000

const { kubeconfig, claimDirectory, leakFile, auditFile } = inject('kubernetesApi')
const executors = createExecutors([createWasmExecutor({ fuel: 50_000_000n })])
let stage: Stage
let server: Server | undefined

beforeAll(async () => {
  stage = await setStage()
  // A datatrust on Kubernetes is never root; these tests may be.
  if (process.getuid?.() === 0) vi.spyOn(process, 'getuid').mockReturnValue(1_000)
}, 120_000)
afterAll(async () => {
  vi.restoreAllMocks()
  await server?.close()
  await stage?.close()
})

const engineConfig = () =>
  ({
    kind: 'kubernetes',
    namespace: 'gristmill',
    image: `registry.example/gristmill@sha256:${'0'.repeat(64)}`,
    claim: 'spool',
    spoolDirectory: claimDirectory,
    kubeconfigFile: join(stage.directory, 'kubeconfig'),
  }) as const

/** Jobs that the cluster was asked for. */
async function jobs(): Promise<{ canaries: number; runs: number }> {
  const lines = (await readFile(auditFile, 'utf8').catch(() => '')).split('\n').filter(Boolean)
  const asked = lines.map((line) => JSON.parse(line) as { method: string; path: string; body: unknown })
  const created = asked.filter(({ method, path }) => method === 'POST' && path.includes('/jobs'))
  const canaries = created.filter(({ body }) => JSON.stringify(body).includes('canary')).length
  return { canaries, runs: created.length - canaries }
}

/** What the operator is told of the engine, once the datatrust has asked it. */
function healthOf({ url }: Server) {
  return until(async () => {
    const { parts } = (await (await fetch(`${url}/v1/health/ready`)).json()) as { parts: { part: string }[] }
    return parts.find(({ part }) => part === 'engine')
  })
}

it('a run waits where pods reach the network, and is done once they do not', async () => {
  await writeFile(engineConfig().kubeconfigFile, kubeconfig)
  await writeFile(leakFile, '')
  expect(await examineEngine({ engine: engineConfig() } as Parameters<typeof examineEngine>[0])).toMatchObject({
    status: 'fail',
    message: expect.stringContaining('a canary reached'),
  })
  server = await startOn(stage, { engine: await openEngine(engineConfig(), executors), executors })
  const { url } = server
  const warned = await until(async () => {
    const part = await healthOf({ url } as Server)
    return 'reason' in part ? part : undefined
  })
  expect(warned).toMatchObject({ status: 'warn', reason: expect.stringContaining('ENGINE_NOT_ISOLATED') })

  const maker = await clientOf(stage.localnet, 'maker', url)
  const sponsor = await clientOf(stage.localnet, 'sponsor', url)
  const { algorithm } = await sponsor.orders.sendAlgorithm({ module: constantModel() })
  const { listing } = await publish(maker, stage.market, { policy: policyFor(algorithm) })
  const ackKey = createSessionKey().address
  const request = { listing, kind: 'compute', algorithm, parameters: { rounds: 1 }, ackKey } as const
  const quote = await sponsor.orders.quote(request)
  const { orderId } = await sponsor.orders.place({ quote, payment: 'permit' })
  await until(async () => (await sponsor.orders.document({ orderId })).state)
  await pause(WAIT_MS)
  expect(await jobs()).toEqual({ canaries: 2, runs: 0 })
  expect(await maker.listings.approvals()).toEqual([])
  await server.close()

  await rm(leakFile)
  server = await startOn(stage, { engine: await openEngine(engineConfig(), executors), executors })
  const again = await clientOf(stage.localnet, 'maker', server.url)
  const pending = await until(async () => (await again.listings.approvals()).find((found) => found.orderId === orderId))
  expect(pending.verdict).toBe('OK')
  expect(await jobs()).toEqual({ canaries: 3, runs: 1 })
  expect(await healthOf(server)).toMatchObject({ status: 'ok' })
}, 120_000)
