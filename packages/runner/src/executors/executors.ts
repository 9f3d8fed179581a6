import { type Policy, ProtocolError, type Runtime } from '@gristmill/protocol'
import type { Executor } from './executor.js'

/**
 * Nothing on this machine runs algorithms of a runtime.
 *
 * @remedy Use a runtime that `details.available` names, or have the operator install what the other one needs.
 */
export class RuntimeUnavailableError extends ProtocolError {
  readonly code = 'RUNTIME_UNAVAILABLE'

  constructor(runtime: Runtime, available: readonly Runtime[]) {
    super(
      `nothing here runs algorithms of the runtime "${runtime}", only ${available.join(', ') || 'none at all'}; take them out of the policy or use another datatrust`,
      { details: { runtime, available } },
    )
  }
}

/** The executors of one machine, found by the runtime of an algorithm. */
export interface Executors {
  /** One for each runtime that can be had here. */
  readonly all: readonly Executor[]
  /** What runs algorithms of a runtime. Throws RuntimeUnavailableError. */
  of(runtime: Runtime): Executor
  /** The largest encoded table, bytes, that every algorithm of the policy has room for. Throws RuntimeUnavailableError. */
  tableBytesMax(policy: Pick<Policy, 'algorithms'>): number
}

/** A registry of executors; where several take the same runtime, the first of them is used. */
export function createExecutors(executors: readonly Executor[]): Executors {
  const byRuntime = new Map<Runtime, Executor>()
  for (const executor of executors) {
    for (const runtime of executor.capabilities().runtimes) {
      if (!byRuntime.has(runtime)) byRuntime.set(runtime, executor)
    }
  }
  const of = (runtime: Runtime): Executor => {
    const executor = byRuntime.get(runtime)
    if (executor === undefined) throw new RuntimeUnavailableError(runtime, [...byRuntime.keys()])
    return executor
  }
  return {
    all: [...new Set(byRuntime.values())],
    of,
    tableBytesMax: ({ algorithms }) =>
      Math.min(...algorithms.map(({ runtime }) => of(runtime).capabilities().limits.memoryBytes)),
  }
}
