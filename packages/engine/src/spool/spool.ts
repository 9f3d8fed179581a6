import { createHmac, randomBytes, randomUUID } from 'node:crypto'
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type EngineCapabilities, type EngineJob, EngineRefusedError, type Execution } from '@gristmill/runner'
import type { z } from 'zod'
import { JobDirectory, type ReadJob } from './job-directory.js'
import { SpoolError } from './spool-error.js'
import { isSystemError, putOnce, readHostile, writePrivate } from './spool-files.js'
import { parseJson, SPOOL_VERSION } from './task-format.js'

const SECRET_BYTES = 32
const NOTE_BYTES_MAX = 64 * 1024
/** Longer than any order may be open. */
const ABANDONED_MS = 14 * 86_400_000

/** What `Spool.open` takes. */
export interface OpenSpoolParams {
  /** On a file system that the nodes mount under the same path. Made if it is missing; nobody else may read it. */
  directory: string
  /** Whose spool it is, for errors. */
  engine: EngineCapabilities['name']
}

/**
 * The directory through which jobs reach the nodes of an engine, and executions come back. Each job has a directory of its
 * own, under a name that tells nothing to anybody without the spool's secret.
 */
export class Spool {
  readonly #directory: string
  readonly #engine: EngineCapabilities['name']
  readonly #secret: Uint8Array
  /** Tasks of which an execution was read, by job: what is asked again and again is not read again and again. */
  readonly #executed = new Map<string, { digest: string; indices: Set<number> }>()

  private constructor({ directory, engine }: OpenSpoolParams, secret: Uint8Array) {
    this.#directory = directory
    this.#engine = engine
    this.#secret = secret
  }

  /** Opens a spool; what nobody came back for is removed after two weeks. */
  static async open(params: OpenSpoolParams): Promise<Spool> {
    const directory = resolve(params.directory)
    try {
      await mkdir(join(directory, 'jobs'), { recursive: true, mode: 0o700 })
      const { mode, uid } = await stat(directory)
      if ((mode & 0o077) !== 0 || uid !== process.getuid?.())
        throw new SpoolError(params.engine, directory, 'is open to others or belongs to another user')
      await putOnce(join(directory, 'secret'), randomBytes(SECRET_BYTES))
      const secret = await readHostile(join(directory, 'secret'), SECRET_BYTES)
      if (!(secret instanceof Uint8Array) || secret.length !== SECRET_BYTES)
        throw new SpoolError(params.engine, directory, 'has no usable secret')
      const spool = new Spool({ ...params, directory }, secret)
      await spool.#sweep()
      return spool
    } catch (error) {
      throw error instanceof SpoolError ? error : new SpoolError(params.engine, directory, 'cannot be opened', error)
    }
  }

  /** The name of a job wherever others may see it: HMAC-SHA256 of its id. */
  keyOf(jobId: string): string {
    return createHmac('sha256', this.#secret).update(jobId).digest('hex').slice(0, 32)
  }

  jobAt(key: string): JobDirectory {
    return new JobDirectory(join(this.#directory, 'jobs', key))
  }

  /** Puts a job there, all of it at once. False if exactly this one is there already; any other makes room. */
  async put(key: string, { runtime, limits, tasks }: EngineJob): Promise<boolean> {
    const { name, digest } = runtime
    const { fuel, memoryBytes, timeoutMs, moduleBytes } = limits
    const described = {
      version: SPOOL_VERSION,
      runtime: { name, digest },
      limits: { fuel, memoryBytes, timeoutMs, moduleBytes },
    } as const
    const files = JobDirectory.files(described, tasks)
    const { path } = this.jobAt(key)
    if (await this.jobAt(key).holds(files)) return false
    return this.#guarded('takes no job', async () => {
      const incoming = join(this.#directory, `incoming-${randomUUID()}`)
      try {
        await mkdir(incoming, { mode: 0o700 })
        for (const [file, bytes] of files) await writePrivate(join(incoming, file), bytes)
        await this.remove(key)
        await rename(incoming, path)
      } finally {
        await rm(incoming, { recursive: true, force: true })
      }
      return true
    })
  }

  /** Undefined if it is not there. */
  async read(key: string): Promise<ReadJob | undefined> {
    const job = await this.jobAt(key).read()
    return job === 'bad' ? this.#distrust(key, 'held a job that was not put there') : job
  }

  /** Tasks without an execution. */
  async missing(key: string, job: ReadJob): Promise<number[]> {
    const indices = this.#executedOf(key, job)
    const missing: number[] = []
    for (const index of job.tasks.keys()) {
      if (indices.has(index)) continue
      if ((await this.#execution(key, job, index)) === undefined) missing.push(index)
      else indices.add(index)
    }
    return missing
  }

  /** The executions of all tasks, in their order. */
  async collect(jobId: string): Promise<Execution[]> {
    const key = this.keyOf(jobId)
    // Another process may have put the job there anew.
    this.#executed.delete(key)
    const job = await this.read(key)
    const executions: Execution[] = []
    for (const index of job?.tasks.keys() ?? []) {
      const execution = await this.#execution(key, job!, index)
      if (execution !== undefined) executions.push(execution)
    }
    if (job === undefined || executions.length < job.tasks.length)
      throw new EngineRefusedError(this.#engine, 'collect', 'the job has not ended')
    return executions
  }

  /** What an engine wrote down about a job, if it is of this form. */
  async readNote<T>(key: string, schema: z.ZodType<T>): Promise<T | undefined> {
    const bytes = await readHostile(join(this.jobAt(key).path, 'note.json'), NOTE_BYTES_MAX)
    if (!(bytes instanceof Uint8Array)) return undefined
    const note = schema.safeParse(parseJson(Buffer.from(bytes).toString('utf8')))
    return note.success ? note.data : undefined
  }

  async writeNote(key: string, note: object): Promise<void> {
    await this.#guarded('takes no note', async () => {
      const partial = join(this.jobAt(key).path, `.${randomUUID()}`)
      await writePrivate(partial, Buffer.from(JSON.stringify(note)))
      await rename(partial, join(this.jobAt(key).path, 'note.json'))
    })
  }

  /** Removes a job and all that lies with it. */
  async remove(key: string): Promise<void> {
    this.#executed.delete(key)
    await this.#guarded('does not let go of a job', async () => {
      const leaving = join(this.#directory, `leaving-${randomUUID()}`)
      try {
        // Under another name at once: a node that still writes finds no directory any more.
        await rename(this.jobAt(key).path, leaving)
      } catch (error) {
        if (isSystemError(error, 'ENOENT')) return
        throw error
      }
      await rm(leaving, { recursive: true, force: true })
    })
  }

  #executedOf(key: string, { digest }: ReadJob): Set<number> {
    const known = this.#executed.get(key)
    if (known?.digest === digest) return known.indices
    const indices = new Set<number>()
    this.#executed.set(key, { digest, indices })
    return indices
  }

  async #execution(key: string, job: ReadJob, index: number): Promise<Execution | undefined> {
    const execution = await this.jobAt(key).readExecution(job, index)
    return execution === 'bad' ? this.#distrust(key, 'held an execution of another form') : execution
  }

  /** Nothing of such a job is used; the next attempt begins anew. */
  async #distrust(key: string, problem: string): Promise<never> {
    await this.remove(key)
    throw new SpoolError(this.#engine, this.#directory, problem)
  }

  async #guarded<T>(problem: string, operation: () => Promise<T>): Promise<T> {
    try {
      return await operation()
    } catch (error) {
      throw error instanceof SpoolError ? error : new SpoolError(this.#engine, this.#directory, problem, error)
    }
  }

  async #sweep(): Promise<void> {
    const before = Date.now() - ABANDONED_MS
    const remains = (await readdir(this.#directory)).filter((name) => /^(incoming|leaving)-/.test(name))
    const jobs = (await readdir(join(this.#directory, 'jobs'))).map((name) => join('jobs', name))
    for (const name of [...remains, ...jobs]) {
      const path = join(this.#directory, name)
      const found = await stat(path).catch(() => undefined)
      // A leftover of a crash is data nobody needs: what is just being written is younger than an hour.
      const limit = name.startsWith('jobs') ? before : Date.now() - 3_600_000
      if (found !== undefined && found.mtimeMs < limit) await rm(path, { recursive: true, force: true })
    }
  }
}
