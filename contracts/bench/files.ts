import { readFileSync, writeFileSync } from 'node:fs'
import { documentOf } from './document.ts'
import type { Result } from './journey.ts'
import { reportOf } from './row.ts'

/** What the bench writes and the tests hold it to: text by path. */
export type Files = Readonly<Record<'gas.json' | 'GAS.md', string>>

export function filesOf(results: readonly Result[]): Files {
  return { 'gas.json': `${JSON.stringify(reportOf(results), undefined, 2)}\n`, 'GAS.md': documentOf(results) }
}

export function readFiles(): Files {
  const read = (name: keyof Files): string => readFileSync(urlOf(name), 'utf8')
  return { 'gas.json': read('gas.json'), 'GAS.md': read('GAS.md') }
}

export function writeFiles(files: Files): void {
  for (const [name, text] of Object.entries(files)) writeFileSync(urlOf(name), text)
}

/** Lines that one text has and the other has not, `-` what is committed and `+` what was measured; empty if they agree. */
export function driftOf(committed: string, measured: string): string[] {
  if (committed === measured) return []
  const [before, after] = [committed.split('\n'), measured.split('\n')]
  const changed = [
    ...before.filter((line) => !after.includes(line)).map((line) => `- ${line.trim()}`),
    ...after.filter((line) => !before.includes(line)).map((line) => `+ ${line.trim()}`),
  ]
  return changed.length > 0 ? changed : ['the same lines in another order or number']
}

const urlOf = (name: string): URL => new URL(`../${name}`, import.meta.url)
