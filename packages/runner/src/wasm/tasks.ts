import type { ExecutionStatus } from '../executor.js'
import type { Refusal } from './refusals.js'

/** What a child process is asked to do. Numbers that exceed JSON's are decimal strings. */
export type Task =
  | { kind: 'instrument'; pagesMax: number }
  | { kind: 'run'; fuel: string; pagesMax: number; outputBytes: number }

/** What a child process answers; an instrumented module or an output follows as the only part. */
export type Answer =
  | { kind: 'instrumented' }
  | { kind: 'refused'; refusal: Refusal }
  | { kind: 'ran'; status: ExecutionStatus; reason: string; fuelUsed: string }
