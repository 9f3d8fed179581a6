import { createHash } from 'node:crypto'
import { AlgorithmRefusedError } from './algorithm-refused-error.js'
import type { ExecutionLimits } from './executor.js'

const KNOWN_MAX = 256

/** Inspects every algorithm once; remembers those that passed and those that never will. */
export function createInspections(
  { moduleBytes }: Pick<ExecutionLimits, 'moduleBytes'>,
  inspect: (algorithm: Uint8Array) => Promise<void>,
): (algorithm: Uint8Array) => Promise<void> {
  const known = new Map<string, Promise<void>>()
  return async (algorithm) => {
    if (algorithm.length > moduleBytes) throw new AlgorithmRefusedError('TOO_LARGE')
    const digest = createHash('sha256').update(algorithm).digest('hex')
    const before = known.get(digest)
    if (before !== undefined) return before
    const inspection = inspect(algorithm)
    known.set(digest, inspection)
    // A refusal is final, unless the machine was merely too busy.
    inspection.catch((error: unknown) => {
      if (!(error instanceof AlgorithmRefusedError) || error.refusal === 'TOO_COMPLEX') known.delete(digest)
    })
    if (known.size > KNOWN_MAX) known.delete(known.keys().next().value!)
    return inspection
  }
}
