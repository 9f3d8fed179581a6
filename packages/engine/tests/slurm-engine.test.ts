import { readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openSlurmEngine, type SlurmEngineParams } from '@gristmill/engine'
import {
  createWasmExecutor,
  type Engine,
  type EngineJob,
  type ExecutionLimits,
  execute,
  findExecutors,
} from '@gristmill/runner'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bytesOf, copying, endless, greedy, LIMITS, slow } from './_algorithms.js'
import { runSame, runtimesOf } from './_same-model.js'
import { missingSlurm, type Slurm, startSlurm, until } from './_slurm.js'

if (missingSlurm !== undefined) console.log(`runs on a Slurm cluster are skipped: ${missingSlurm}`)

const jobOf = (id: string, algorithms: readonly Uint8Array[], limits: Partial<ExecutionLimits> = {}): EngineJob => {
  const all = { ...LIMITS, ...limits }
  return {
    id,
    runtime: { name: 'wasm', digest: createWasmExecutor(all).capabilities().runtimeDigest },
    limits: all,
    tasks: algorithms.map((algorithm, index) => ({ algorithm, input: bytesOf(index + 1), outputBytes: 16 })),
  }
}

describe.skipIf(missingSlurm !== undefined)('a Slurm cluster', () => {
  let slurm: Slurm
  let engine: Engine
  const open = (params: Partial<SlurmEngineParams> = {}) =>
    openSlurmEngine({
      url: slurm.url,
      spoolDirectory: join(slurm.shared, 'spool'),
      overheadBytes: 256 * 2 ** 20,
      settleMs: 200,
      ...params,
    })
  const jobCount = async () => (await slurm.ask('scontrol', '-o', 'show', 'jobs')).split('\n').filter(Boolean).length
  const spooled = () => readdir(join(slurm.shared, 'spool', 'jobs'))

  beforeAll(async () => {
    slurm = await startSlurm()
    engine = await open()
  })
  afterAll(() => slurm?.close())

  it('answers in the newest version of its API that we speak', async () => {
    expect(await engine.probe()).toContain('v0.0.38')
  })

  it('executes an array as this machine does, the fuel included, and keeps nothing of it', async () => {
    const job = jobOf('many', [copying, new Uint8Array([1]), copying])
    const executions = await execute(engine, job)
    expect(executions.map(({ status }) => status)).toEqual(['OK', 'CONTRACT', 'OK'])
    expect(executions[2]).toEqual(await createWasmExecutor(job.limits).execute(job.tasks[2]!))
    expect(await spooled()).toEqual([])
  })

  it('releases the model that this machine does', async () => {
    const executors = await findExecutors()
    const runtimes = runtimesOf(executors)
    for (const runtime of process.env.GRISTMILL_DEEP ? runtimes : runtimes.slice(0, 1)) {
      const here = await runSame({ runtime, executors })
      const there = await runSame({ runtime, executors, engine })
      expect([runtime, there.verdict, there.releasedHash]).toEqual([runtime, 'OK', here.releasedHash])
    }
  })

  it('takes the same id as the same job, also after a restart of ours', async () => {
    const before = await jobCount()
    const job = jobOf('again', [slow])
    await engine.submit(job)
    await engine.submit(job)
    const restarted = await open()
    await restarted.submit(job)
    expect(await jobCount()).toBe(before + 1)
    expect(await execute(restarted, job)).toMatchObject([{ status: 'OK', output: bytesOf(1) }])
    expect(await jobCount()).toBe(before + 1)
  })

  it('finds a submission whose answer was lost', async () => {
    const before = await jobCount()
    const job = jobOf('unsure', [slow])
    await engine.submit(job)
    const [key] = await spooled()
    await writeFile(join(slurm.shared, 'spool', 'jobs', key!, 'note.json'), '{"ids":[],"isSubmitting":true}')
    expect(await execute(await open(), job)).toMatchObject([{ status: 'OK' }])
    expect(await jobCount()).toBe(before + 1)
  })

  it('cancels a job that runs', async () => {
    const job = jobOf('cancelled', [endless])
    await engine.submit(job)
    await until(async () => (await engine.status(job.id)).state === 'running', 'it runs')
    await engine.cancel(job.id)
    expect(await engine.status(job.id)).toEqual({ state: 'lost' })
    expect(await spooled()).toEqual([])
    await until(async () => (await slurm.ask('squeue', '-h')) === '', 'Slurm has ended it')
    await engine.cancel(job.id)
  })

  it('ends at the limits of the executor', async () => {
    const limits = { fuel: 10n ** 9n, timeoutMs: 20_000 }
    expect(await execute(engine, jobOf('limits', [endless, greedy], limits))).toMatchObject([
      { status: 'FUEL' },
      { status: 'OOM' },
    ])
  })

  // The cluster's accounting kills with a signal, which says nothing about whose doing it was.
  it.runIf(process.env.GRISTMILL_DEEP)(
    'is lost, not a verdict, where the cluster kills a task for its memory',
    async () => {
      const tight = await open({ overheadBytes: 2 ** 20, spoolDirectory: join(slurm.shared, 'tight') })
      const job = jobOf('greedy', [greedy], { memoryBytes: 5_000 * 65_536 })
      await expect(execute(tight, job)).rejects.toMatchObject({ code: 'ENGINE_JOB_LOST' })
    },
  )

  it('runs where the constraint says', async () => {
    const near = await open({ placement: { partition: 'main', constraint: 'dataset-b', exclusive: true } })
    const job = jobOf('near', [endless])
    await near.submit(job)
    await until(async () => (await near.status(job.id)).state === 'running', 'it runs')
    expect((await slurm.ask('squeue', '-h', '-o', '%N')).trim()).toBe('node2')
    await near.cancel(job.id)
    const nowhere = await open({ placement: { constraint: 'dataset-c' } })
    await expect(nowhere.submit(job)).rejects.toMatchObject({ code: 'ENGINE_REFUSED' })
  })

  it('tells the cluster nothing of the data', async () => {
    const job = jobOf('0xsecretorder', [endless])
    await engine.submit(job)
    await until(async () => (await engine.status(job.id)).state === 'running', 'it runs')
    const shown = await slurm.ask('scontrol', '-d', 'show', 'jobs')
    expect(shown).not.toContain('secretorder')
    expect(shown).toMatch(/StdErr=\/dev\/null/)
    expect(shown).toMatch(/StdOut=\/dev\/null/)
    const [key] = await spooled()
    const directory = join(slurm.shared, 'spool', 'jobs', key!)
    expect((await stat(directory)).mode & 0o077).toBe(0)
    for (const file of await readdir(directory)) expect((await stat(join(directory, file))).mode & 0o077).toBe(0)
    const script = (await slurm.ask('scontrol', 'write', 'batch_script', await onlyJob(), '-')).trim()
    const [shell, command, ...rest] = script.split('\n')
    expect([shell, ...rest]).toEqual(['#!/bin/sh'])
    expect(command?.endsWith(`/main.js' '${directory}' "$SLURM_ARRAY_TASK_ID"`)).toBe(true)
    await engine.cancel(job.id)
  })

  it('begins anew on the other node when a node dies in mid-run', async () => {
    const job = jobOf('dying', [slow])
    const ended = execute(engine, job)
    await until(async () => /RUNNING/.test(await slurm.ask('squeue', '-h', '-o', '%T')), 'it runs')
    const node = (await slurm.ask('squeue', '-h', '-o', '%N')).trim() as 'node1' | 'node2'
    slurm.killNode(node)
    expect(await ended).toMatchObject([{ status: 'OK', output: bytesOf(1) }])
    expect(/Restarts=1/.test(await slurm.ask('scontrol', '-o', 'show', 'jobs'))).toBe(true)
    await slurm.startNode(node)
    await until(async () => (await slurm.ask('sinfo', '-h', '-N', '-o', '%T')).split('idle').length === 3, 'both idle')
  }, 60_000)

  it('is lost, not a verdict, where a node has another runtime', async () => {
    const job = { ...jobOf('foreign', [copying]), runtime: { name: 'wasm', digest: `0x${'0'.repeat(64)}` } as const }
    await expect(execute(engine, job)).rejects.toMatchObject({
      code: 'ENGINE_JOB_LOST',
      details: { reason: expect.stringContaining('another runtime') },
    })
    expect(await spooled()).toEqual([])
  })

  it('goes on after slurmrestd was away', async () => {
    const job = jobOf('away', [slow])
    await engine.submit(job)
    await slurm.stopRest()
    const impatient = await open({ attempts: 2 })
    await expect(impatient.status(job.id)).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE', retryable: true })
    const ended = execute(engine, job)
    await slurm.startRest()
    expect(await ended).toMatchObject([{ status: 'OK' }])
  })

  async function onlyJob(): Promise<string> {
    const [id] = (await slurm.ask('squeue', '-h', '-o', '%A')).trim().split('\n')
    return id!
  }
})
