import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSlurmEngine, type SlurmEngineParams } from '@gristmill/engine'
import { createWasmExecutor, EngineError, type EngineJob, execute } from '@gristmill/runner'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bytesOf, copying, LIMITS } from './_algorithms.js'
import { type Asked, OFFERED, type RestServer, startRestServer } from './_rest-server.js'

const runtime = { name: 'wasm', digest: createWasmExecutor(LIMITS).capabilities().runtimeDigest }
const job: EngineJob = {
  id: 'order',
  runtime,
  limits: LIMITS,
  tasks: [1, 2].map((value) => ({ algorithm: copying, input: bytesOf(value), outputBytes: 16 })),
}

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gristmill-engine-'))
})
afterAll(() => rm(directory, { recursive: true, force: true }))

let spools = 0
const open = (server: Pick<RestServer, 'url'>, params: Partial<SlurmEngineParams> = {}) =>
  openSlurmEngine({
    url: server.url,
    spoolDirectory: join(directory, `spool-${spools++}`),
    requestMs: 200,
    attempts: 2,
    ...params,
  })

describe('a slurmrestd that misbehaves ends in an EngineError, soon', () => {
  const html = '<html>It works!</html>'
  it.each<[string, string, Parameters<typeof startRestServer>[0]]>([
    ['ENGINE_UNAVAILABLE', 'hangs', () => () => {}],
    ['ENGINE_UNAVAILABLE', 'hangs up', () => (response) => response.destroy()],
    ['ENGINE_UNAVAILABLE', 'breaks off', () => (response) => response.write('{"paths":', () => response.destroy())],
    ['ENGINE_UNAVAILABLE', 'drips', () => (response) => void setInterval(() => response.write(' '), 20).unref()],
    ['ENGINE_ANSWER', 'is another server', () => (response) => response.end(html)],
    ['ENGINE_ANSWER', 'fails without a word', () => (response) => response.writeHead(500).end('{}')],
    ['ENGINE_ANSWER', 'describes nothing', () => ({ openapi: '3.0.2' })],
    ['ENGINE_REFUSED', 'knows us not', () => (response) => response.writeHead(401).end()],
    ['ENGINE_REFUSED', 'is too old', () => ({ paths: { '/slurm/v0.0.35/job/submit': {} } })],
    ['ENGINE_REFUSED', 'has the versions between', () => ({ paths: { '/slurm/v0.0.39/job/submit': {} } })],
    [
      'ENGINE_UNAVAILABLE',
      'has lost its controller',
      ({ path }) =>
        path === '/openapi/v3' ? OFFERED : { errors: [{ error: 'connect failure', error_number: 1_800 }] },
    ],
    [
      'ENGINE_REFUSED',
      'refuses',
      ({ path }) =>
        path === '/openapi/v3' ? OFFERED : { errors: [{ error: 'Invalid partition', error_number: 2_000 }] },
    ],
    ['ENGINE_ANSWER', 'gives no job', ({ path }) => (path === '/openapi/v3' ? OFFERED : { jobs: [], errors: [] })],
    ['ENGINE_ANSWER', 'gives job -1', ({ path }) => (path === '/openapi/v3' ? OFFERED : { jobs: [], job_id: -1 })],
    [
      'ENGINE_ANSWER',
      'has a job in no state',
      ({ path, method }) =>
        path === '/openapi/v3'
          ? OFFERED
          : method === 'POST'
            ? { job_id: 7 }
            : { jobs: [{ job_id: 7, array_job_id: 7, array_task_id: 0, job_state: 'DANCING' }] },
    ],
  ])('%s where it %s', async (code, _what, answer) => {
    await using server = await startRestServer(answer)
    const engine = await open(server)
    const started = performance.now()
    const error = await execute(engine, job, { waitMs: 5_000 }).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(EngineError)
    expect(error).toMatchObject({ code })
    expect(performance.now() - started).toBeLessThan(3_000)
  })

  it('ENGINE_ANSWER where it talks without end', async () => {
    const chunk = Buffer.alloc(2 ** 20, ' ')
    await using server = await startRestServer(() => (response) => {
      const more = (): void => {
        while (response.write(chunk));
        response.once('drain', more)
      }
      more()
    })
    const engine = await open(server, { attempts: 1, requestMs: 10_000 })
    await expect(engine.submit(job)).rejects.toMatchObject({ code: 'ENGINE_ANSWER' })
  })

  it('ENGINE_UNAVAILABLE where nobody listens', async () => {
    const engine = await open({ url: `unix:${directory}/nobody.sock` })
    await expect(engine.submit(job)).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE', retryable: true })
  })

  it('ENGINE_TIMEOUT where a job waits for ever, which is then cancelled', async () => {
    await using server = await startRestServer(({ path, method }) => {
      if (path === '/openapi/v3') return OFFERED
      if (method === 'POST') return { job_id: 7 }
      if (method === 'DELETE') return { errors: [] }
      return { jobs: [{ job_id: 7, array_job_id: 7, array_task_string: '0-1', job_state: 'PENDING' }] }
    })
    const engine = await open(server)
    await expect(execute(engine, job, { waitMs: 300 })).rejects.toMatchObject({ code: 'ENGINE_TIMEOUT' })
    expect(server.asked.at(-1)).toMatchObject({ method: 'DELETE', path: '/slurm/v0.0.38/job/7' })
  })

  it('submits no second time what may have arrived', async () => {
    let submitted = 0
    await using server = await startRestServer(({ path, method }) => {
      if (path === '/openapi/v3') return OFFERED
      if (method !== 'POST') return { jobs: named(server) }
      submitted += 1
      return (response) => response.destroy()
    })
    const engine = await open(server)
    await engine.submit(job)
    await engine.submit(job)
    expect(submitted).toBe(1)
    expect(await engine.status(job.id)).toEqual({ state: 'queued' })
  })

  it('submits no second time what ends while it is asked for', async () => {
    const begun: (() => Promise<unknown>)[] = []
    await using server = await startRestServer(({ path, method, body }) => {
      if (path === '/openapi/v3') return OFFERED
      if (method === 'POST') {
        begun.push(...tasksOf(body))
        return { job_id: 7 }
      }
      // Both end after the engine has looked for what they left, and before it knows how they are.
      return async (response) => {
        await Promise.all(begun.splice(0).map((begin) => begin()))
        const jobs = [0, 1].map((index) => ({ job_id: 7 + index, array_job_id: 7, array_task_id: index }))
        const text = JSON.stringify({ jobs: jobs.map((one) => ({ ...one, job_state: 'COMPLETED' })) })
        response.setHeader('content-type', 'application/json').end(text)
      }
    })
    const engine = await open(server, { requestMs: 60_000 })
    await engine.submit(job)
    await engine.submit(job)
    expect(server.asked.filter(({ method }) => method === 'POST')).toHaveLength(1)
    expect(await engine.status(job.id)).toEqual({ state: 'ended' })
  })
})

/** What a node does with each task of a submission. */
function tasksOf(body: unknown): (() => Promise<unknown>)[] {
  const { script, job: described } = body as { script: string; job: { array: string } }
  const begin = (index: string) =>
    once(spawn('sh', ['-c', script], { stdio: 'ignore', env: { SLURM_ARRAY_TASK_ID: index } }), 'exit')
  return described.array.split(',').map((index) => () => begin(index))
}

/** The array that a server was asked for, waiting. */
const named = ({ asked }: RestServer) =>
  asked
    .filter(({ method }) => method === 'POST')
    .map(({ body }) => {
      const { name, array } = (body as { job: { name: string; array: string } }).job
      return { job_id: 9, array_job_id: 9, array_task_id: null, array_task_string: array, name, job_state: 'PENDING' }
    })

describe('what is sent', () => {
  it('goes in one piece, with the user and a token that is read each time', async () => {
    const tokenFile = join(directory, 'token')
    await writeFile(tokenFile, 'SLURM_JWT=one\n')
    await using server = await startRestServer(({ path }) => (path === '/openapi/v3' ? OFFERED : { job_id: 7 }))
    const engine = await open(server, { auth: { user: 'mill', tokenFile } })
    await engine.submit(job)
    const { headers } = server.asked.find(({ method }) => method === 'POST')!
    expect(headers).toMatchObject({ 'x-slurm-user-name': 'mill', 'x-slurm-user-token': 'one' })
    expect(Number(headers['content-length'])).toBeGreaterThan(0)
    expect(headers['transfer-encoding']).toBeUndefined()
  })

  it('is for the newest version of a later Slurm, whose numbers are set or not, and its answers are understood', async () => {
    const version = 'v0.0.42'
    const ended = new Set<number>()
    await using server = await startRestServer(({ path, method, body }: Asked) => {
      if (path === '/openapi/v3')
        return { paths: { [`/slurm/${version}/job/submit`]: {}, '/slurm/v0.0.40/job/submit': {} } }
      if (method === 'POST') {
        for (const [index, begin] of tasksOf(body).entries()) void begin().then(() => ended.add(index))
        return { job_id: 7, step_id: 'batch', errors: [], warnings: [] }
      }
      return {
        jobs: [0, 1].map((index) => ({
          job_id: 7 + index,
          array_job_id: { set: true, infinite: false, number: 7 },
          array_task_id: { set: true, infinite: false, number: index },
          array_task_string: '',
          job_state: ended.has(index) ? ['COMPLETED'] : ['RUNNING'],
        })),
      }
    })
    const engine = await open(server, {
      requestMs: 5_000,
      placement: { gres: 'gpu:1', exclusive: true, partition: 'near' },
    })
    const executions = await execute(engine, job)
    expect(executions).toMatchObject([{ output: bytesOf(1) }, { output: bytesOf(2) }])
    expect(server.asked.find(({ method }) => method === 'POST')).toMatchObject({
      path: `/slurm/${version}/job/submit`,
      body: {
        job: {
          array: '0,1',
          environment: [expect.stringMatching(/^PATH=/)],
          time_limit: { set: true, number: 3 },
          memory_per_node: { set: true, number: 517 },
          tres_per_node: 'gres/gpu:1',
          shared: ['none'],
          partition: 'near',
          standard_output: '/dev/null',
          standard_error: '/dev/null',
        },
      },
    })
  })
})
