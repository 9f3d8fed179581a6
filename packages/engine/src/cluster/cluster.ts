import type { EngineCapabilities, ExecutionStatus } from '@gristmill/runner'
import type { z } from 'zod'
import type { ReadJob } from '../spool/job-directory.js'

/**
 * What a cluster says of one task: it waits, runs, was stopped at a limit, or is over in another way. What it came to is in
 * the spool, whatever the cluster says.
 */
export type TaskState =
  | { kind: 'queued' }
  | { kind: 'running' }
  | { kind: 'stopped'; status: ExecutionStatus }
  | { kind: 'over'; reason: string }

/** A job that was handed over, as far as a note in the spool tells. */
export interface HandedOver<Note> {
  /** Its name wherever others may see it. */
  key: string
  note: Note
  /** How many. */
  tasks: number
}

/** What is to be begun of a job in the spool. */
export interface Beginning<Note> {
  key: string
  /** Absolute, of its directory in the spool. */
  directory: string
  job: ReadJob
  /** Tasks, by number. */
  indices: readonly number[]
  /** Of what was handed over of it before. */
  note: Note | undefined
  /** Writes down what is needed to find it again: before it is sent, and once more is known. */
  keep(note: Note): Promise<void>
}

/** What one kind of cluster is asked for, and how; all that is alike is in `ClusterEngine`. */
export interface Cluster<Note> {
  readonly name: EngineCapabilities['name']
  /** Of what it writes down about a job. */
  readonly note: z.ZodType<Note>
  /** Asks it for everything that a job needs and returns in one sentence what answered. */
  probe(): Promise<string>
  /** Returns once it may be handed jobs. */
  ready(): Promise<void>
  /** Hands tasks over. Whatever is sent twice has to be found out here, or has to be harmless. */
  begin(beginning: Beginning<Note>): Promise<void>
  /** The note, with what may have arrived although nobody here was told. */
  settle(key: string, note: Note): Promise<Note>
  /** Of the tasks that it still knows, by number; of one that was begun again, the latest. */
  states(job: HandedOver<Note>): Promise<Map<number, TaskState>>
  /** Ends what runs of a job, of which so many tasks have not ended, and removes what it keeps of it. */
  end(job: HandedOver<Note>, unfinished: number): Promise<void>
  /** Lets go of what this process holds. */
  close(): void
}
