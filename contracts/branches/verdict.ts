import type { Exception } from './exceptions.ts'
import type { Outcome } from './points.ts'

export interface Verdict {
  missing: Outcome[]
  excused: Outcome[]
  /** Exceptions for what is covered, or is not there. */
  stale: Exception[]
}

export function judge(
  outcomes: readonly Outcome[],
  seen: ReadonlySet<bigint>,
  exceptions: readonly Exception[],
): Verdict {
  const open = outcomes.filter(({ kind, word }) => kind === 'assembly' || !seen.has(word))
  const isFor = (exception: Exception, outcome: Outcome): boolean =>
    exception.file === outcome.file && exception.kind === outcome.kind && exception.text === outcome.text
  const isExcused = (outcome: Outcome): boolean => exceptions.some((exception) => isFor(exception, outcome))
  return {
    missing: open.filter((outcome) => !isExcused(outcome)),
    excused: open.filter(isExcused),
    stale: exceptions.filter((exception) => !open.some((outcome) => isFor(exception, outcome))),
  }
}
