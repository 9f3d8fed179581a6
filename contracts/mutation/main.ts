import { mkdirSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { folderOf, titleOf, writeArtifacts } from '../probe/artifacts.ts'
import { type Run, runTests } from '../probe/run-tests.ts'
import { compile, readSources, type Sources } from '../probe/source.ts'
import { explained } from './explained.ts'
import { findMutations, type Mutation } from './operators.ts'
import { markdownOf, type Outcome, scoreOf } from './report.ts'
import { shuffle } from './sample.ts'
import { compilable, embed } from './schemata.ts'

const LEAST_SCORE = 0.9
/** More than are wanted: some do not compile, some compile to the same. */
const SPARE = 1.3

const USAGE = `node mutation/main.ts [--seed N] [--count N] [--file src/X.sol] [TEST_FILE…]
Tests the tests: puts --count faults of a sample that --seed decides into the contracts, one at a time, and fails if
fewer than ${LEAST_SCORE} of them make a test fail. Writes cache/probe/mutation/report.json and report.md.`

/** Runs the tests that reach a mutant, the quick ones first, until one fails. */
async function judge(sources: Sources, id: number, mutation: Mutation, base: Run, folder: string): Promise<Outcome> {
  const { file, line, operator, from, to } = mutation
  const outcome = { id, file, line, operator, from, to }
  const reach = Object.keys(base.hits).filter((test) => base.hits[test]!.includes(2n * BigInt(id) + 1n))
  // Those of the contract itself know most about it.
  const cost = (test: string): number => (base.durations[test] ?? 0) * (test.includes(`/${titleOf(file)}/`) ? 0.1 : 1)
  const tests = reach.sort((a, b) => cost(a) - cost(b))
  if (tests.length > 0) {
    const usual = tests.reduce((sum, test) => sum + (base.durations[test] ?? 0), 0)
    const run = await runTests({
      folder,
      tests,
      mutant: id,
      isBailing: true,
      timeoutMs: 120_000 + Math.ceil(10 * usual),
    })
    if (run.isTimedOut) return { ...outcome, fate: 'timeout' }
    const [by] = run.failed
    if (by !== undefined) return { ...outcome, fate: 'killed', by }
  }
  const code = sources[file]!.split('\n')[line - 1]!.trim()
  const why = explained.find((entry) => {
    const isThere = entry.file === file && entry.code === code
    return isThere && entry.operator === operator && entry.from === from && entry.to === to
  })
  if (why) return { ...outcome, fate: 'explained', by: why.reason }
  return { ...outcome, fate: 'survived' }
}

/** If the optimizer makes the same of a mutant as of the original, which only a survivor can turn out to be. */
function isSame(sources: Sources, id: number, mutation: Mutation): boolean {
  const [mutant, original] = ['true', 'false'].map((value) => {
    const embedded = embed(sources, new Map([[id, mutation]]))
    const text = embedded[mutation.file]!.replaceAll(`Probe.isOn(${id})`, value)
    const output = compile({ ...embedded, [mutation.file]: text }, ['evm.bytecode.object'], {
      enabled: true,
      runs: 200,
    })
    const here = Object.values(output.contracts).flatMap((contracts) => Object.values(contracts))
    return here.map((contract) => contract.evm.bytecode.object).join()
  })
  return mutation.operator !== 'modifier removed' && mutant === original
}

function write(folder: string, seed: number, outcomes: readonly Outcome[]): void {
  mkdirSync(folder, { recursive: true })
  const text = JSON.stringify({ seed, ...scoreOf(outcomes), outcomes }, undefined, 2)
  writeFileSync(join(folder, 'report.json'), `${text}\n`)
  writeFileSync(join(folder, 'report.md'), markdownOf(seed, outcomes))
}

async function main(args: string[]): Promise<void> {
  const options = {
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '200' },
    file: { type: 'string' },
    'check-bytecode': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  } as const
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true })
  if (values.help) {
    console.log(USAGE)
    return
  }
  const [seed, count] = [Number(values.seed), Number(values.count)]
  if (!Number.isSafeInteger(seed) || !Number.isSafeInteger(count) || count < 1) throw new Error(USAGE)
  const sources = readSources()
  const all = findMutations(sources, compile(sources, []))
  const wanted = all.filter(({ file }) => values.file === undefined || file === values.file)
  const sample = shuffle(wanted, seed).slice(0, Math.ceil(count * SPARE))
  const mutants = compilable(sources, new Map(sample.map((mutation, index) => [index + 1, mutation])))
  console.log(`${all.length} mutations, ${sample.length} drawn, ${mutants.size} compile`)
  const folder = folderOf('mutation')
  writeArtifacts('mutation', embed(sources, mutants))
  const base = await runTests({ folder, tests: positionals })
  if (base.failed.length > 0) throw new Error(`without a mutant fail: ${base.failed.join(', ')}`)
  console.log(`without a mutant ${base.passed} tests pass`)
  const outcomes: Outcome[] = []
  const waiting = [...mutants]
  const work = async (): Promise<void> => {
    for (;;) {
      const next = scoreOf(outcomes).valid < count ? waiting.shift() : undefined
      if (next === undefined) return
      const [id, mutation] = next
      const startedAt = performance.now()
      const judged = await judge(sources, id, mutation, base, folder)
      const isChecked = values['check-bytecode'] && judged.fate === 'survived'
      const outcome: Outcome =
        isChecked && isSame(sources, id, mutation) ? { ...judged, fate: 'same bytecode' } : judged
      outcomes.push(outcome)
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(0)
      const { file, line, operator, from, to, fate, by = '' } = outcome
      console.log(`${outcomes.length} ${fate} ${file}:${line} ${operator}: ${from} -> ${to} ${by} (${seconds} s)`)
      write(folder, seed, outcomes)
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, work))
  const { valid, killed, score } = scoreOf(outcomes)
  const unexplained = outcomes.filter(({ fate }) => fate === 'survived')
  console.log(
    `${killed} of ${valid} killed: ${(100 * score).toFixed(1)} %; ${unexplained.length} survivors not explained`,
  )
  if (score < LEAST_SCORE || valid < count) process.exitCode = 1
}

await main(process.argv.slice(2))
