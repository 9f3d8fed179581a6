import { spawn } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { openSlurmEngine } from '@gristmill/engine'
import { createExecutors, createWasmExecutor } from '@gristmill/runner'
import { createSessionKey } from '@gristmill/sdk'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Server } from '../src/index.js'
import { clientOf, PATIENCE_MS, policyFor, publish, type Stage, setStage, startOn, until } from './_util.js'
import { constantModel } from './_wat.js'

/** Speaks as slurmrestd, and executes what is submitted right here; when it is ill it answers nonsense. */
async function startRest() {
  const state = { isIll: true, asked: 0, submitted: 0, isOver: false }
  const answers: Record<string, () => object> = {
    'GET /openapi/v3': () => ({ paths: { '/slurm/v0.0.38/job/submit': {} } }),
    'GET /slurm/v0.0.38/jobs': () => ({ jobs: [] }),
    'GET /slurm/v0.0.38/job/7': () => ({
      jobs: [{ job_id: 7, array_job_id: 7, array_task_id: 0, job_state: state.isOver ? 'COMPLETED' : 'RUNNING' }],
    }),
  }
  const server = createServer(async (request, response) => {
    const chunks: Uint8Array[] = []
    for await (const chunk of request as AsyncIterable<Uint8Array>) chunks.push(chunk)
    state.asked += 1
    if (state.isIll) return void response.end('<html>502</html>')
    if (request.method === 'POST') {
      state.submitted += 1
      const { script } = JSON.parse(Buffer.concat(chunks).toString()) as { script: string }
      spawn('sh', ['-c', script], { stdio: 'ignore', env: { SLURM_ARRAY_TASK_ID: '0' } }).on('exit', () => {
        state.isOver = true
      })
      return void response.end('{"job_id":7}')
    }
    return void response.end(JSON.stringify(answers[`${request.method} ${request.url}`]?.() ?? {}))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { state, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() }
}

const executors = createExecutors([createWasmExecutor({ fuel: 50_000_000n })])
let stage: Stage
let server: Server
let rest: Awaited<ReturnType<typeof startRest>>

beforeAll(async () => {
  stage = await setStage()
  rest = await startRest()
  const spoolDirectory = join(stage.directory, 'spool')
  const engine = await openSlurmEngine({ url: rest.url, spoolDirectory, attempts: 2, requestMs: 5_000 })
  server = await startOn(stage, { engine, executors })
}, 120_000)
afterAll(async () => {
  await server?.close()
  rest?.close()
  await stage?.close()
})

it('a run whose engine is ill is no verdict: its sponsor is told nothing, and it is done when the engine is well', async () => {
  const maker = await clientOf(stage.localnet, 'maker', server.url)
  const sponsor = await clientOf(stage.localnet, 'sponsor', server.url)
  const { algorithm } = await sponsor.orders.sendAlgorithm({ module: constantModel() })
  const { listing } = await publish(maker, stage.market, { policy: policyFor(algorithm) })
  const ackKey = createSessionKey().address
  const request = { listing, kind: 'compute', ackKey, algorithm, parameters: { rounds: 1 } } as const
  const { orderId } = await sponsor.orders.place({
    quote: await sponsor.orders.quote(request),
    payment: 'permit',
  })
  // Two attempts at each of two steps.
  await until(async () => (rest.state.asked >= 4 ? true : undefined))
  expect((await sponsor.orders.status({ orderId })).status).toBe('placed')
  expect(await maker.listings.approvals()).toEqual([])
  rest.state.isIll = false
  const pending = await until(async () => (await maker.listings.approvals()).find((found) => found.orderId === orderId))
  expect(pending.verdict).toBe('OK')
  expect(rest.state.submitted).toBe(1)
  await maker.listings.decide({ orderId, releasedHash: pending.releasedHash, approved: true })
  const { receipt } = await sponsor.orders.wait({ orderId, pollMs: 50, timeoutMs: PATIENCE_MS })
  expect(receipt?.verdict).toBe('OK')
}, 120_000)
