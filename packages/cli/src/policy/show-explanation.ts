import type { Bound, PolicyExplanation } from '@gristmill/protocol'
import type { Io } from '../io.js'
import { table } from '../table.js'

/** An explanation for people: what could leave at worst in numbers, then every promise and its limit in words. */
export function explanationLines(io: Io, explanation: PolicyExplanation): string[] {
  const { rows, run, sponsor, all, algorithms, leaves, tells, checks, release, joint } = explanation
  const columns = [
    { name: 'at worst' },
    { name: 'runs', align: 'right' },
    { name: 'bits', align: 'right' },
    ...(run.rowsAtMost === undefined ? [] : [{ name: 'rows', align: 'right' } as const]),
    ...(run.epsilonMicros === 0 ? [] : [{ name: 'epsilon', align: 'right' } as const]),
  ] as const
  const row = (what: string, { runs, bits, rowsAtMost, epsilonMicros }: Bound) => ({
    'at worst': what,
    runs,
    bits,
    rows: rowsAtMost === undefined ? undefined : rows === undefined ? rowsAtMost : `${rowsAtMost} of ${rows}`,
    epsilon: epsilonMicros / 1e6,
  })
  const numbers = [row('one run', run), row('one sponsor', sponsor), row('all', all)]
  const parts = {
    'what may run': algorithms,
    'what leaves': leaves,
    'what it tells': tells,
    checks,
    release,
    'joint runs': joint,
  }
  return [
    ...table(io, columns, numbers),
    ...Object.entries(parts).flatMap(([name, sentences]) => ['', name, ...sentences.map((text) => `  ${text}`)]),
  ]
}
