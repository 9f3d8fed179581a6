import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { folderOf, titleOf, writeArtifacts } from '../probe/artifacts.ts'
import { runTests } from '../probe/run-tests.ts'
import { compile, readSources } from '../probe/source.ts'
import { exceptions } from './exceptions.ts'
import { instrument, type Outcome } from './points.ts'
import { judge } from './verdict.ts'

/**
 * Runs the tests with a probe at every condition, and fails if an outcome is neither brought about nor an exception:
 * `node branches/main.ts [TEST_FILE…]`
 */
async function main(tests: readonly string[]): Promise<void> {
  const sources = readSources()
  const { sources: probed, outcomes } = instrument(sources, compile(sources, []))
  writeArtifacts('coverage', probed)
  const { failed, passed, hits } = await runTests({ folder: folderOf('coverage'), tests })
  const seen = new Set(Object.values(hits).flat())
  const { missing, excused, stale } = judge(outcomes, seen, exceptions)
  console.log(`${passed} tests passed, ${failed.length} failed`)
  for (const name of failed) console.log(`failed: ${name}`)
  console.log(table(outcomes, missing, excused))
  for (const { file, line, kind, text } of missing) console.log(`${file}:${line} never ${kind}: ${text}`)
  for (const { file, text } of stale) console.log(`${file} needs no exception (any more): ${text}`)
  mkdirSync(folderOf('coverage'), { recursive: true })
  const missed = missing.map(({ word: _word, ...outcome }) => outcome)
  writeFileSync(join(folderOf('coverage'), 'missing.json'), JSON.stringify(missed, undefined, 2))
  if (missing.length + stale.length + failed.length > 0) process.exitCode = 1
}

function table(outcomes: readonly Outcome[], missing: readonly Outcome[], excused: readonly Outcome[]): string {
  const row = (title: string, isOf: (outcome: Outcome) => boolean): string => {
    const count = (list: readonly Outcome[]): number => list.filter(isOf).length
    const [all, open, spared] = [count(outcomes), count(missing), count(excused)]
    return `| ${title} | ${all} | ${all - open - spared} | ${spared} | ${open} |`
  }
  const files = [...new Set(outcomes.map(({ file }) => file))]
  const rows = files.map((file) => row(titleOf(file), (outcome) => outcome.file === file))
  const head = ['| source | outcomes | covered | exceptions | missing |', '|---|---|---|---|---|']
  return [...head, ...rows, row('all', () => true)].join('\n')
}

await main(process.argv.slice(2))
