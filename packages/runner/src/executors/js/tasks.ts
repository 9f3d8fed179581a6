import type { Ran } from '../execution-of.js'
import type { Refusal } from '../refusals.js'

/** Compile the script in the first part, no more. */
export interface CompileTask {
  kind: 'compile'
}

/** Run the script in the first part on the input in the second. */
export interface RunTask {
  kind: 'run'
  /** Decimal: it exceeds the numbers of JSON. */
  fuel: string
  memoryBytes: number
  outputBytes: number
  /** What the script says goes to the error stream instead of nowhere. */
  prints: boolean
}

/** What a child process is asked to do. */
export type Task = CompileTask | RunTask

/** What a child process answers. */
export type Answer = { kind: 'compiled' } | { kind: 'refused'; refusal: Refusal } | Ran
