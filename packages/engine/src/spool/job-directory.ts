import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { Execution, ExecutionSpec } from '@gristmill/runner'
import { putOnce, readHostile } from './spool-files.js'
import {
  decodeExecution,
  encodeExecution,
  executionBytesMax,
  faultSchema,
  parseJson,
  type SpooledJob,
  spooledJobSchema,
  TASK_FAULTS,
  type TaskFault,
} from './task-format.js'

const JOB_BYTES_MAX = 64 * 2 ** 20
const FAULT_BYTES_MAX = 256

const JOB_FILE = 'job.json'
const DIGEST_DIGITS = 16
const algorithmFile = (sha256: string) => `${sha256}.algorithm`
const inputFile = (index: number) => `${index}.input`

/** What a node leaves goes by what it was asked for: one that runs late touches nothing of a later job of that id. */
const leftFile = (job: ReadJob, index: number, kind: 'execution' | 'started' | 'fault') =>
  `${index}.${job.digest}.${kind}`

/** A job as it was found in its directory. */
export interface ReadJob extends SpooledJob {
  /** Start of the sha256 of its `job.json`. */
  digest: string
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** The directory of one job: what nodes read, and what they leave there. Nothing that is read is trusted. */
export class JobDirectory {
  readonly path: string

  constructor(path: string) {
    this.path = path
  }

  /** The files of a job that is to be put there, by name; `job.json` is the last. */
  static files(job: Omit<SpooledJob, 'tasks'>, tasks: readonly ExecutionSpec[]): Map<string, Uint8Array> {
    const files = new Map<string, Uint8Array>()
    const described = tasks.map(({ algorithm, input, outputBytes }, index) => {
      const hash = sha256(algorithm)
      files.set(algorithmFile(hash), algorithm)
      files.set(inputFile(index), input)
      return { algorithm: hash, input: sha256(input), inputBytes: input.length, outputBytes }
    })
    const { limits } = job
    const text = JSON.stringify({ ...job, limits: { ...limits, fuel: limits.fuel.toString() }, tasks: described })
    return files.set(JOB_FILE, Buffer.from(text))
  }

  /** True if exactly these files were put there. */
  async holds(files: ReadonlyMap<string, Uint8Array>): Promise<boolean> {
    const found = await readHostile(join(this.path, JOB_FILE), JOB_BYTES_MAX)
    return found instanceof Uint8Array && Buffer.from(found).equals(files.get(JOB_FILE)!)
  }

  /** Undefined if there is none; `'bad'` if it is not one of ours. */
  async read(): Promise<ReadJob | 'bad' | undefined> {
    const bytes = await readHostile(join(this.path, JOB_FILE), JOB_BYTES_MAX)
    if (bytes === undefined || bytes === 'bad') return bytes
    const job = spooledJobSchema.safeParse(parseJson(Buffer.from(bytes).toString('utf8')))
    return job.success ? { ...job.data, digest: sha256(bytes).slice(0, DIGEST_DIGITS) } : 'bad'
  }

  /** What task `index` is to execute; undefined if it is not what was put there. */
  async readSpec({ limits, tasks }: SpooledJob, index: number): Promise<ExecutionSpec | undefined> {
    const task = tasks[index]
    if (task === undefined) return undefined
    const algorithm = await readHostile(join(this.path, algorithmFile(task.algorithm)), limits.moduleBytes)
    const input = await readHostile(join(this.path, inputFile(index)), task.inputBytes)
    if (!(algorithm instanceof Uint8Array && input instanceof Uint8Array)) return undefined
    if (sha256(algorithm) !== task.algorithm || sha256(input) !== task.input) return undefined
    return { algorithm, input, outputBytes: task.outputBytes }
  }

  /** The execution of task `index`; undefined if there is none yet. */
  async readExecution(job: ReadJob, index: number): Promise<Execution | 'bad' | undefined> {
    const { outputBytes } = job.tasks[index]!
    const path = join(this.path, leftFile(job, index, 'execution'))
    const bytes = await readHostile(path, executionBytesMax(outputBytes))
    if (bytes === undefined || bytes === 'bad') return bytes
    return decodeExecution(bytes, outputBytes) ?? 'bad'
  }

  /** The first execution of a task counts. */
  async putExecution(job: ReadJob, index: number, execution: Execution): Promise<void> {
    await putOnce(join(this.path, leftFile(job, index, 'execution')), encodeExecution(execution))
  }

  /** Says that the executor has got task `index`: whatever stops it from now on may be the algorithm's doing. */
  async putStarted(job: ReadJob, index: number): Promise<void> {
    await putOnce(join(this.path, leftFile(job, index, 'started')), new Uint8Array())
  }

  async isStarted(job: ReadJob, index: number): Promise<boolean> {
    return (await readHostile(join(this.path, leftFile(job, index, 'started')), 0)) instanceof Uint8Array
  }

  async putFault(job: ReadJob, index: number, fault: TaskFault): Promise<void> {
    await putOnce(join(this.path, leftFile(job, index, 'fault')), Buffer.from(JSON.stringify({ fault })))
  }

  /** Why a node did not execute task `index`, for the operator. */
  async readFault(job: ReadJob, index: number): Promise<string | undefined> {
    const bytes = await readHostile(join(this.path, leftFile(job, index, 'fault')), FAULT_BYTES_MAX)
    if (!(bytes instanceof Uint8Array)) return undefined
    const read = faultSchema.safeParse(parseJson(Buffer.from(bytes).toString('utf8')))
    return read.success ? TASK_FAULTS[read.data.fault] : undefined
  }
}
