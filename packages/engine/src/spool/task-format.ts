import { VERDICTS } from '@gristmill/protocol/kind'
import type { EngineJob, Execution, ExecutionStatus } from '@gristmill/runner'
import { z } from 'zod'

/** Version of what lies in a spool; a node with other code refuses rather than guesses. */
export const SPOOL_VERSION = 1

/** Of a head in JSON, and of the length before it. */
const HEAD_BYTES_MAX = 1_024
const LENGTH_BYTES = 4
/** Of one input, one module or one output. */
export const PART_BYTES_MAX = 2 ** 31

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const bytes = z.int().min(0).max(PART_BYTES_MAX)
const decimal = z.string().regex(/^[0-9]{1,19}$/)

/** `job.json`: all of a job but its bytes, which lie beside it under their hashes and numbers. */
export const spooledJobSchema = z.strictObject({
  version: z.literal(SPOOL_VERSION),
  runtime: z.strictObject({
    name: z.string().regex(/^[a-z][a-z0-9-]{0,31}$/),
    digest: z.custom<EngineJob['runtime']['digest']>((value) => /^0x[0-9a-f]{64}$/.test(String(value))),
  }),
  limits: z.strictObject({
    fuel: decimal.transform(BigInt),
    memoryBytes: z.int().positive(),
    timeoutMs: z.int().positive(),
    moduleBytes: z.int().positive(),
  }),
  tasks: z
    .array(z.strictObject({ algorithm: sha256, input: sha256, inputBytes: bytes, outputBytes: bytes }))
    .min(1)
    .max(100_000),
})
/** A job as it lies in the spool. */
export type SpooledJob = z.output<typeof spooledJobSchema>

/** Why a node did not execute a task at all. */
export const TASK_FAULTS = {
  SPOOL: 'a node cannot read the spool, or finds something else there than was written',
  RUNTIME: 'a node has another runtime than was ordered: install the same versions of Node and Gristmill everywhere',
  EXECUTOR: 'the executor of a node failed: see whether it works there',
} as const
/** One of the keys of `TASK_FAULTS`. */
export type TaskFault = keyof typeof TASK_FAULTS

/** `N.fault`: what a node says when it cannot execute. */
export const faultSchema = z.strictObject({ fault: z.enum(Object.keys(TASK_FAULTS) as [TaskFault, ...TaskFault[]]) })

const STATUSES = VERDICTS.filter((verdict): verdict is ExecutionStatus => verdict !== 'CHECK' && verdict !== 'REVIEW')

const headSchema = z.strictObject({
  status: z.enum(STATUSES as [ExecutionStatus, ...ExecutionStatus[]]),
  reason: z.string().max(200),
  fuelUsed: decimal,
})

/** Largest file of an execution with an output of `outputBytes`. */
export const executionBytesMax = (outputBytes: number): number => LENGTH_BYTES + HEAD_BYTES_MAX + outputBytes

/** `N.execution`: length of the head, head in JSON, output. */
export function encodeExecution({ status, reason, fuelUsed, output = new Uint8Array() }: Execution): Uint8Array {
  const head = Buffer.from(JSON.stringify({ status, reason: reason.slice(0, 200), fuelUsed: fuelUsed.toString() }))
  const length = Buffer.alloc(LENGTH_BYTES)
  length.writeUInt32LE(head.length)
  return Buffer.concat([length, head, output])
}

/** Undefined for anything but the execution of a task that had to write `outputBytes`. */
export function decodeExecution(bytes: Uint8Array, outputBytes: number): Execution | undefined {
  if (bytes.length < LENGTH_BYTES) return undefined
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const end = LENGTH_BYTES + buffer.readUInt32LE(0)
  if (end > bytes.length || end - LENGTH_BYTES > HEAD_BYTES_MAX) return undefined
  const head = headSchema.safeParse(parseJson(buffer.toString('utf8', LENGTH_BYTES, end)))
  if (!head.success) return undefined
  const { status, reason, fuelUsed } = head.data
  const ended = { status, reason, fuelUsed: BigInt(fuelUsed) }
  if (status !== 'OK') return bytes.length === end ? ended : undefined
  return bytes.length === end + outputBytes ? { ...ended, output: new Uint8Array(bytes.subarray(end)) } : undefined
}

/** Undefined if the text is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
