import { createLocalEngine } from '@gristmill/engine'
import { createWasmExecutor, type EngineJob, type Executor, execute } from '@gristmill/runner'
import { describe, expect, it } from 'vitest'
import { bytesOf, copying, endless, LIMITS } from './_algorithms.js'

const wasm = createWasmExecutor(LIMITS)
const runtime = { name: 'wasm', digest: wasm.capabilities().runtimeDigest }
const jobOf = (id: string, algorithms: readonly Uint8Array[]): EngineJob => ({
  id,
  runtime,
  limits: LIMITS,
  tasks: algorithms.map((algorithm, index) => ({ algorithm, input: bytesOf(index + 1), outputBytes: 16 })),
})

describe('the local engine', () => {
  it('executes an array, so many at once, in the order of its tasks', async () => {
    let running = 0
    let most = 0
    const counting: Executor = {
      ...wasm,
      async execute(spec) {
        most = Math.max(most, ++running)
        const execution = await wasm.execute(spec)
        running -= 1
        return execution
      },
    }
    const engine = createLocalEngine({ tasksAtOnce: 2, executors: [counting] })
    const executions = await execute(engine, jobOf('many', [copying, copying, new Uint8Array(), copying]))
    expect(executions.map(({ status }) => status)).toEqual(['OK', 'OK', 'CONTRACT', 'OK'])
    expect(executions.map(({ output }) => output?.[0])).toEqual([1, 2, undefined, 4])
    expect(most).toBe(2)
  })

  it('takes the same id as the same job', async () => {
    let executed = 0
    const counting: Executor = {
      ...wasm,
      execute(spec) {
        executed += 1
        return wasm.execute(spec)
      },
    }
    const engine = createLocalEngine({ executors: [counting] })
    const job = jobOf('again', [copying])
    const both = await Promise.all([engine.submit(job), engine.submit(job)])
    expect(both).toHaveLength(2)
    expect(await execute(engine, job)).toMatchObject([{ status: 'OK' }])
    expect(executed).toBe(1)
  })

  it('makes executors of the runner as they are needed, and no other', async () => {
    const engine = createLocalEngine({ tasksAtOnce: 1 })
    expect(await execute(engine, jobOf('made', [copying]))).toMatchObject([{ status: 'OK' }])
    const other = { ...jobOf('other', [copying]), runtime: { ...runtime, name: 'fortran' } }
    await expect(execute(engine, other)).rejects.toMatchObject({ code: 'ENGINE_REFUSED' })
  })

  it('forgets a job that is cancelled, and starts none of its tasks any more', async () => {
    let executed = 0
    const counting: Executor = {
      ...wasm,
      execute(spec) {
        executed += 1
        return wasm.execute(spec)
      },
    }
    const engine = createLocalEngine({ tasksAtOnce: 1, executors: [counting] })
    await engine.submit(jobOf('cancelled', [copying, copying, copying]))
    await engine.cancel('cancelled')
    expect(await engine.status('cancelled')).toEqual({ state: 'lost' })
    expect(await execute(engine, jobOf('after', [copying]))).toMatchObject([{ status: 'OK' }])
    expect(executed).toBeLessThanOrEqual(2)
  })

  it('is at fault itself where an executor fails, not the algorithm', async () => {
    const broken: Executor = { ...wasm, execute: () => Promise.reject(new Error('no process can be started')) }
    const engine = createLocalEngine({ executors: [broken] })
    await expect(execute(engine, jobOf('broken', [copying]))).rejects.toMatchObject({
      code: 'ENGINE_JOB_LOST',
      details: { reason: expect.stringContaining('no process') },
    })
  })

  it('stops waiting when told to', async () => {
    const engine = createLocalEngine()
    const signal = AbortSignal.timeout(100)
    const job = { ...jobOf('waiting', [endless]), limits: { ...LIMITS, timeoutMs: 2_000 } }
    const digest = createWasmExecutor(job.limits).capabilities().runtimeDigest
    await expect(execute(engine, { ...job, runtime: { ...runtime, digest } }, { signal })).rejects.toThrow()
    expect((await engine.status('waiting')).state).toBe('running')
    await engine.close()
  })
})
