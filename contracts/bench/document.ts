import type { Result } from './journey.ts'
import { baseOf, noteOf } from './notes.ts'
import { reportOf } from './row.ts'
import type { Step } from './step.ts'
import { cellsOf, figure, HEAD } from './table.ts'

const INTRODUCTION = `# Gas

Written by \`pnpm bench:gas\`, checked by the tests; do not edit. Figures are \`gasUsed\` of receipts: calldata and refunds included,
prices of gas not. \`!\` marks a target that is missed.

- One chain in process, rules of Prague; our contracts as the tests compile them, the peer's from the bytecode that
  \`@oceanprotocol/contracts\` 2.6.0 publishes, unmodified. Both sides use one plain ERC-20 with permit and 6 decimals; a real token
  behind a proxy adds to every transfer on either side.
- The peer is deployed without any fee but its router's own, with the base token that the router takes least of, provider fees of
  zero, short names and the smallest ids. What its owner could choose was chosen so that its figures are low.
- A row is in steady state: every balance slot of the way is in use, and the listing has earned its reward. \`first\` is the same
  where every such slot is new: nothing was sold before, nobody was ever paid, no permit was used.
- Every row starts from the same state, so that none depends on another. Accounts, salts, keys and times are fixed; two runs give
  the same bytes.
- A journey of several transactions counts their sum. Where the peer has no equal journey there is no figure. What the two sides
  give for the gas differs; it is written with each journey, so that you can judge.
`

/** GAS.md: every figure with the transactions behind it. */
export function documentOf(results: readonly Result[]): string {
  const rows = [HEAD, HEAD.map((_, i) => (i === 0 ? '---' : '--:')), ...reportOf(results).rows.map(cellsOf)]
  const groups = Map.groupBy(results, ({ name }) => baseOf(name))
  const sections = [...groups].map(([name, group]) => sectionOf(name, group))
  return [INTRODUCTION, rows.map(tableRow).join('\n'), '\n## Journeys\n', sections.join('\n')].join('\n')
}

function sectionOf(name: string, results: readonly Result[]): string {
  const { ours, peer } = noteOf(name)
  const table = [
    ['row', 'side', 'transaction', 'gas', 'calldata, bytes'],
    ['---', '---', '---', '--:', '--:'],
    ...results.flatMap((result) => [
      ...linesOf(result.name, 'ours', result.ours),
      ...(result.peer ? linesOf(result.name, 'peer', result.peer.steps) : []),
    ]),
  ]
  const notes = [`Ours: ${ours}`, ...(peer ? [`Peer: ${peer}`] : [])]
  return `### ${name}\n\n${notes.join('\n\n')}\n\n${table.map(tableRow).join('\n')}\n`
}

/** Transactions of one kind that follow each other are one line. */
function linesOf(name: string, side: string, steps: readonly Step[]): string[][] {
  const runs: Step[][] = []
  for (const step of steps) {
    const run = runs.at(-1)
    if (run?.[0]?.call === step.call) run.push(step)
    else runs.push([step])
  }
  const sum = (run: readonly Step[], of: (step: Step) => number) =>
    figure(run.reduce((total, step) => total + of(step), 0))
  return runs.map((run) => [
    name,
    side,
    `${run.length === 1 ? '' : `${run.length} x `}${run[0]?.call}`,
    sum(run, ({ gas }) => gas),
    sum(run, ({ calldataBytes }) => calldataBytes),
  ])
}

const tableRow = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.trim()).join(' | ')} |`
