import { readFileSync } from 'node:fs'
import type { ExecutionStatus } from '../executor.js'

const read = (file: string) => readFileSync(new URL(`../../../python/${file}`, import.meta.url), 'utf8')

/** The program that runs an algorithm inside of the sandbox; it is an argument of the interpreter. */
export const HARNESS = `${read('isolation.py')}\n${read('harness.py')}`

/** Of its standard input: task, bytes of the algorithm, of the input, of the output. */
const HEAD_BYTES = 25
const TASKS = { inspect: 0, run: 1, describe: 2 } as const

/** What the harness is asked to do. */
export type HarnessTask = keyof typeof TASKS

/** First byte of its answer. */
const ENDS: readonly (readonly [status: ExecutionStatus, reason: string])[] = [
  ['OK', 'done'],
  ['ALGO_ERROR', 'exception'],
  ['OOM', 'memory limit'],
  ['CONTRACT', 'no function run'],
  ['CONTRACT', 'run returned something'],
  ['CONTRACT', 'refused: SYNTAX'],
  ['OK', 'compiled'],
]

/** What goes to the harness. */
export interface HarnessRequest {
  task: HarnessTask
  algorithm?: Uint8Array
  input?: Uint8Array
  outputBytes?: number
}

/** Bytes of a request, in pieces. */
export function writeRequest({ task, algorithm, input, outputBytes = 0 }: HarnessRequest): Uint8Array[] {
  const head = Buffer.alloc(HEAD_BYTES)
  head.writeUInt8(TASKS[task])
  const parts = [algorithm ?? new Uint8Array(), input ?? new Uint8Array()]
  for (const [index, bytes] of [...parts.map((part) => part.length), outputBytes].entries()) {
    head.writeBigUInt64LE(BigInt(bytes), 1 + 8 * index)
  }
  return [head, ...parts]
}

/** What came from the sandbox, by its own account. */
export interface HarnessAnswer {
  status: ExecutionStatus
  reason: string
  output: Uint8Array
}

/** The answer in what the sandbox wrote; undefined for anything but one. */
export function readAnswer(bytes: Uint8Array): HarnessAnswer | undefined {
  const end = ENDS[bytes[0] ?? ENDS.length]
  if (end === undefined) return undefined
  const [status, reason] = end
  return { status, reason, output: new Uint8Array(bytes.subarray(1)) }
}
