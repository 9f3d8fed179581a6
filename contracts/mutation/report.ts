import { titleOf } from '../probe/artifacts.ts'

export type Fate = 'killed' | 'survived' | 'timeout' | 'explained' | 'same bytecode'

export interface Outcome {
  id: number
  file: string
  line: number
  operator: string
  from: string
  to: string
  fate: Fate
  /** The first test that failed; why a survivor is no fault. */
  by?: string
}

/** Killed, or running for ever, of those that are another program. What is explained counts as a survivor. */
export function scoreOf(outcomes: readonly Outcome[]): { valid: number; killed: number; score: number } {
  const valid = outcomes.filter(({ fate }) => fate !== 'same bytecode').length
  const killed = outcomes.filter(({ fate }) => fate === 'killed' || fate === 'timeout').length
  return { valid, killed, score: valid === 0 ? 0 : killed / valid }
}

export function markdownOf(seed: number, outcomes: readonly Outcome[]): string {
  const files = [...new Set(outcomes.map(({ file }) => file))].sort()
  const row = (title: string, list: readonly Outcome[]): string => {
    const { valid, killed, score } = scoreOf(list)
    const count = (fate: Fate): number => list.filter((outcome) => outcome.fate === fate).length
    const cells = [
      title,
      valid,
      killed,
      count('timeout'),
      count('explained'),
      count('survived'),
      `${(100 * score).toFixed(1)} %`,
    ]
    return `| ${cells.join(' | ')} |`
  }
  const survivors = outcomes.filter(({ fate }) => fate === 'survived' || fate === 'explained')
  const lines = survivors.map(({ file, line, operator, from, to, by }) => {
    return `- ${file}:${line} ${operator}: \`${from}\` -> \`${to}\`${by ? `. ${by}` : ''}`
  })
  return [
    `# Mutation, seed ${seed}`,
    '',
    '| source | valid mutants | killed | of these timeouts | survivors explained | survivors | score |',
    '|---|---|---|---|---|---|---|',
    ...files.map((file) =>
      row(
        titleOf(file),
        outcomes.filter((outcome) => outcome.file === file),
      ),
    ),
    row('all', outcomes),
    '',
    ...lines,
    '',
  ].join('\n')
}
