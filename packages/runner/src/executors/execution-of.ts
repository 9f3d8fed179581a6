import type { ChildEnd } from './child-process.js'
import type { Execution, ExecutionStatus } from './executor.js'

/** What a process says of an algorithm that it ran. */
export interface Ran {
  kind: 'ran'
  status: ExecutionStatus
  reason: string
  /** Decimal: it exceeds the numbers of JSON. */
  fuelUsed: string
}

/** What an execution came to, whatever its process did. A process that did not say so used all of its fuel. */
export function executionOf(
  end: ChildEnd<Ran | { kind: 'refused' | 'instrumented' | 'compiled' }>,
  { fuel, outputBytes }: { fuel: bigint; outputBytes: number },
): Execution {
  if (end.kind === 'timeout') return { status: 'TIMEOUT', fuelUsed: fuel, reason: 'time limit' }
  if (end.kind === 'died' || end.frame.head.kind !== 'ran') {
    return { status: 'ALGO_ERROR', fuelUsed: fuel, reason: 'the process died' }
  }
  const { status, reason } = end.frame.head
  const fuelUsed = BigInt(end.frame.head.fuelUsed)
  const output = end.frame.parts[0]
  if (status !== 'OK') return { status, reason, fuelUsed }
  if (output?.length !== outputBytes) return { status: 'CONTRACT', reason: 'output length', fuelUsed }
  return { status, reason, fuelUsed, output }
}
