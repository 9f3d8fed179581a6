import { spawnSync } from 'node:child_process'
import { chmod, mkdtemp, readdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createWasmExecutor, type EngineJob } from '@gristmill/runner'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Spool } from '../src/spool/spool.js'
import { encodeExecution } from '../src/spool/task-format.js'
import { executorOf } from '../src/task/executors.js'
import { runTask } from '../src/task/run-task.js'
import { bytesOf, copying, LIMITS } from './_algorithms.js'

const runtime = { name: 'wasm', digest: createWasmExecutor(LIMITS).capabilities().runtimeDigest }
const job: EngineJob = {
  id: 'order',
  runtime,
  limits: LIMITS,
  tasks: [{ algorithm: copying, input: bytesOf(1), outputBytes: 16 }],
}

let parent: string
let spool: Spool
let key: string
let path: string
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'gristmill-spool-'))
  spool = await Spool.open({ directory: join(parent, 'spool'), engine: 'slurm' })
  key = spool.keyOf(job.id)
  path = spool.jobAt(key).path
  await spool.put(key, job)
})
afterEach(() => rm(parent, { recursive: true, force: true }))

const executionFile = async () => join(path, `0.${(await spool.read(key))!.digest}.execution`)

describe('a spool', () => {
  it('keeps a job that is put again, and makes room for another of its id', async () => {
    await runTask(spool.jobAt(key), 0, executorOf)
    expect(await spool.put(key, job)).toBe(false)
    expect(await spool.collect(job.id)).toMatchObject([{ status: 'OK', output: bytesOf(1) }])
    expect(await spool.put(key, { ...job, tasks: [{ ...job.tasks[0]!, input: bytesOf(2) }] })).toBe(true)
    expect(await spool.missing(key, (await spool.read(key))!)).toEqual([0])
  })

  it('reads an execution once to know that it is there, and sees when it is not there any more', async () => {
    const read = async () => (await spool.read(key))!
    expect(await spool.missing(key, await read())).toEqual([0])
    await runTask(spool.jobAt(key), 0, executorOf)
    expect(await spool.missing(key, await read())).toEqual([])
    // As when another process has put the job there anew.
    await rm(await executionFile())
    expect(await spool.missing(key, await read())).toEqual([])
    await expect(spool.collect(job.id)).rejects.toMatchObject({ code: 'ENGINE_REFUSED' })
    expect(await spool.missing(key, await read())).toEqual([0])
  })

  it('holds an algorithm once for all tasks', async () => {
    await spool.put('array', { ...job, tasks: Array.from({ length: 5 }, () => job.tasks[0]!) })
    const files = await readdir(spool.jobAt('array').path)
    expect(files.filter((file) => file.endsWith('.algorithm'))).toHaveLength(1)
  })

  it('names jobs as nobody can guess who has not its secret', async () => {
    const other = await Spool.open({ directory: join(parent, 'other'), engine: 'slurm' })
    expect(other.keyOf(job.id)).not.toBe(key)
    expect((await Spool.open({ directory: join(parent, 'spool'), engine: 'slurm' })).keyOf(job.id)).toBe(key)
  })

  it('that others may read is refused', async () => {
    await chmod(join(parent, 'spool'), 0o755)
    await expect(Spool.open({ directory: join(parent, 'spool'), engine: 'slurm' })).rejects.toMatchObject({
      code: 'ENGINE_SPOOL',
    })
  })
})

describe('an execution that a node left', () => {
  const good = async () => {
    const bytes = Buffer.from(encodeExecution({ status: 'OK', reason: '', fuelUsed: 1n, output: bytesOf(1) }))
    return { file: await executionFile(), bytes }
  }
  const head = (json: object, output = Buffer.alloc(16)) => {
    const text = Buffer.from(JSON.stringify(json))
    const length = Buffer.alloc(4)
    length.writeUInt32LE(text.length)
    return Buffer.concat([length, text, output])
  }
  const ok = { status: 'OK', reason: 'done', fuelUsed: '1' }

  it.each<[string, (file: string, bytes: Buffer) => Promise<unknown> | unknown]>([
    ['is a link', (file, bytes) => writeFile(`${file}-`, bytes).then(() => symlink(`${file}-`, file))],
    ['is a pipe', (file) => spawnSync('mkfifo', [file])],
    ['is a directory', (file) => spawnSync('mkdir', [file])],
    ['is huge', (file) => writeFile(file, '').then(() => truncate(file, 2 ** 34))],
    ['is empty', (file) => writeFile(file, '')],
    ['is too short', (file, bytes) => writeFile(file, bytes.subarray(0, -1))],
    ['is too long', (file, bytes) => writeFile(file, Buffer.concat([bytes, Buffer.alloc(1)]))],
    ['has a head beyond its end', (file) => writeFile(file, Buffer.from([255, 255, 255, 255, 123]))],
    ['has a verdict that is none of an executor', (file) => writeFile(file, head({ ...ok, status: 'REVIEW' }))],
    ['has no fuel', (file) => writeFile(file, head({ status: 'OK', reason: '' }))],
    ['says more', (file) => writeFile(file, head({ ...ok, rows: 'secret' }))],
    ['fails with an output', (file) => writeFile(file, head({ ...ok, status: 'OOM' }))],
  ])('counts for nothing where it %s, and the job begins anew', async (_what, spoil) => {
    const { file, bytes } = await good()
    await spoil(file, bytes)
    const read = (await spool.read(key))!
    await expect(spool.missing(key, read)).rejects.toMatchObject({ code: 'ENGINE_SPOOL' })
    expect(await spool.read(key)).toBeUndefined()
  })

  it('counts where it is whole', async () => {
    const { file, bytes } = await good()
    await writeFile(file, bytes)
    expect(await spool.collect(job.id)).toMatchObject([{ status: 'OK' }])
  })

  it('of an earlier job of the same id counts for nothing', async () => {
    const { file, bytes } = await good()
    await spool.put(key, { ...job, tasks: [{ ...job.tasks[0]!, input: bytesOf(2) }] })
    await writeFile(file, bytes)
    await expect(spool.collect(job.id)).rejects.toMatchObject({ code: 'ENGINE_REFUSED' })
  })
})

describe('a node', () => {
  it.each(['algorithm', 'input'])('executes nothing where the %s is not what was put there', async (kind) => {
    const file = (await readdir(path)).find((name) => name.endsWith(`.${kind}`))!
    await writeFile(join(path, file), bytesOf(3))
    await runTask(spool.jobAt(key), 0, executorOf)
    expect(await spool.jobAt(key).readFault((await spool.read(key))!, 0)).toMatch(/spool/)
  })

  it('executes once', async () => {
    await runTask(spool.jobAt(key), 0, executorOf)
    const before = await readFile(await executionFile())
    await runTask(spool.jobAt(key), 0, () => {
      throw new Error('executed again')
    })
    expect(await readFile(await executionFile())).toEqual(before)
  })
})
