import type { Ran } from '../execution-of.js'
import type { Refusal } from '../refusals.js'

/** Check the module in the first part and add the meter to it. */
export interface InstrumentTask {
  kind: 'instrument'
  pagesMax: number
}

/** Run the instrumented module in the first part on the input in the second. */
export interface RunTask {
  kind: 'run'
  /** Decimal: it exceeds the numbers of JSON. */
  fuel: string
  pagesMax: number
  outputBytes: number
}

/** What a child process is asked to do. */
export type Task = InstrumentTask | RunTask

/** What a child process answers. */
export type Answer = { kind: 'instrumented' } | { kind: 'refused'; refusal: Refusal } | Ran
