/**
 * Tries every hostile algorithm, with the gate and without, and writes the table of docs/compute-leaks.md. With `--image`,
 * by digest, and `--host`, the socket of its engine, also in containers. With `--attacks`, only so many, and nothing is written.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { ATTACKS } from './attacks.ts'
import { findHostile } from './find-hostile.ts'
import { measureAttack, type Outcome } from './measure-attack.ts'
import { openOutside } from './outside.ts'

const PAGE = new URL('../../../../docs/compute-leaks.md', import.meta.url)
const [BEGIN, END] = ['<!-- bench:leaks -->', '<!-- end -->']

const { values } = parseArgs({
  options: { image: { type: 'string' }, host: { type: 'string' }, attacks: { type: 'string' } },
})
const { image, host, attacks } = values
const hostile = await findHostile(image === undefined ? undefined : { image, ...(host !== undefined && { host }) })
await using outside = await openOutside()
const rows: Record<string, string | number | Record<string, Outcome>>[] = []
const lines: string[] = []
for (const attack of ATTACKS.slice(0, attacks === undefined ? undefined : Number(attacks))) {
  const outcomes: Record<string, Outcome> = {}
  for (const one of hostile) {
    if (attack.runtimes !== undefined && !attack.runtimes.includes(one.runtime)) continue
    outcomes[one.name] = await measureAttack({ attack, hostile: one, outside })
    const { gated, open } = outcomes[one.name]!
    console.error(`${attack.name}, ${one.name}: ${gated.toFixed(1)} bits with the gate, ${open.toFixed(1)} without`)
  }
  rows.push({ name: attack.name, gate: attack.gate, outcomes })
  const cells = hostile.map(({ name }) => cellOf(outcomes[name]))
  const all = Object.values(outcomes)
  const ends = [...new Set(all.flatMap((outcome) => outcome.ends))].join(', ')
  lines.push(`| ${[attack.name, attack.gate, ...cells, all[0]?.charged ?? 0, ends].join(' | ')} |`)
}
const head = ['what is tried', 'what the gate has', ...hostile.map(({ name }) => name), 'charged', 'ends in']
const table = [`| ${head.join(' | ')} |`, `|${'---|'.repeat(head.length)}`, ...lines].join('\n')
if (attacks === undefined) {
  const page = await readFile(PAGE, 'utf8')
  const [before, rest = ''] = page.split(BEGIN)
  await writeFile(PAGE, `${before}${BEGIN}\n${table}\n${END}${rest.split(END)[1]}`)
}
console.log(table)
console.log(JSON.stringify({ bench: 'leaks', rows }))

/** Bits with the gate, and without. */
function cellOf(outcome: Outcome | undefined): string {
  if (outcome === undefined) return '–'
  const [gated, open] = [outcome.gated, outcome.open].map((bits) => bits.toFixed(bits > 0 && bits < 10 ? 1 : 0))
  return `${gated} / ${open}`
}
