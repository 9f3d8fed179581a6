import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join, relative } from 'node:path'
import { CONTRACTS } from './source.ts'

const HOUR_MS = 3_600_000
/** What is kept of stderr, characters. */
const ERRORS_MAX = 10_000

export interface Run {
  isTimedOut: boolean
  /** Full names, by file. */
  failed: string[]
  passed: number
  /** Milliseconds, by test file. */
  durations: Record<string, number>
  /** Words that the probe sent, by test file. */
  hits: Record<string, bigint[]>
}

export interface RunParams {
  /** Of the instrumented artifacts. */
  folder: string
  /** Test files from contracts/, in the order in which they run; all, if there is none. */
  tests?: readonly string[]
  mutant?: number
  /** Stops at the first failure, and runs one file after the other. */
  isBailing?: boolean
  timeoutMs?: number
}

interface Report {
  numPassedTests: number
  testResults: {
    name: string
    startTime: number
    endTime: number
    status: string
    assertionResults: { status: string; fullName: string }[]
  }[]
}

/** Runs test files on instrumented contracts, in a process of their own. */
export async function runTests(params: RunParams): Promise<Run> {
  const { folder, tests = [], mutant = 0, isBailing = false } = params
  const scratch = mkdtempSync(join(tmpdir(), 'gristmill-probe-'))
  const [report, hits] = [join(scratch, 'report.json'), join(scratch, 'hits.jsonl')]
  const env = {
    ...process.env,
    PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}`,
    GRISTMILL_PROBE: folder,
    GRISTMILL_PROBE_HITS: hits,
    GRISTMILL_PROBE_TESTS: tests.join(),
    GRISTMILL_MUTANT: String(mutant),
  }
  const args = ['run', '--config', 'probe/vitest.config.ts', '--reporter=json', `--outputFile=${report}`]
  try {
    const bailing = isBailing ? ['--bail=1', '--maxWorkers=1'] : []
    const { isTimedOut, errors } = await runVitest([...args, ...bailing, ...tests], env, params.timeoutMs)
    if (isTimedOut) return { isTimedOut, failed: [], passed: 0, durations: {}, hits: {} }
    if (!existsSync(report)) throw new Error(`vitest wrote no report: ${errors}`)
    return read(JSON.parse(readFileSync(report, 'utf8')) as Report, existsSync(hits) ? readFileSync(hits, 'utf8') : '')
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

/** A group of processes of its own, so that its workers end with it when the time is up. */
async function runVitest(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  timeoutMs: number | undefined,
): Promise<{ isTimedOut: boolean; errors: string }> {
  const vitest = join(CONTRACTS, 'node_modules/.bin/vitest')
  const child = spawn(vitest, args, { cwd: CONTRACTS, env, stdio: ['ignore', 'ignore', 'pipe'], detached: true })
  const stop = (): void => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL')
  }
  let errors = ''
  child.stderr.on('data', (chunk: Buffer) => {
    errors = `${errors}${chunk}`.slice(-ERRORS_MAX)
  })
  let isTimedOut = false
  const timer = setTimeout(() => {
    isTimedOut = true
    stop()
  }, timeoutMs ?? HOUR_MS)
  process.once('exit', stop)
  await once(child, 'close')
  process.removeListener('exit', stop)
  clearTimeout(timer)
  return { isTimedOut, errors }
}

function read(report: Report, lines: string): Run {
  const run: Run = { isTimedOut: false, failed: [], passed: report.numPassedTests, durations: {}, hits: {} }
  for (const file of report.testResults) {
    const name = relative(CONTRACTS, file.name)
    run.durations[name] = file.endTime - file.startTime
    const failed = file.assertionResults.filter(({ status }) => status === 'failed')
    run.failed.push(...failed.map(({ fullName }) => `${name}: ${fullName}`))
    // A file that does not even load, or whose hooks fail, names no test.
    if (file.status === 'failed' && failed.length === 0) run.failed.push(`${name}: the file`)
  }
  for (const line of lines.split('\n').filter(Boolean)) {
    const { test, words } = JSON.parse(line) as { test: string; words: string[] }
    run.hits[relative(CONTRACTS, test)] = words.map(BigInt)
  }
  return run
}
