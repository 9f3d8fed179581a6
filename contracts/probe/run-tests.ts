import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join, relative } from 'node:path'
import { CONTRACTS } from './source.ts'

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
  /** Test files from contracts/; all, if there is none. */
  tests?: readonly string[]
  mutant?: number
  /** Stops after so many failures; 0 is never. */
  bail?: number
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
export function runTests({ folder, tests = [], mutant = 0, bail = 0, timeoutMs }: RunParams): Run {
  const scratch = mkdtempSync(join(tmpdir(), 'gristmill-probe-'))
  const [report, hits] = [join(scratch, 'report.json'), join(scratch, 'hits.jsonl')]
  const env = {
    ...process.env,
    PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}`,
    GRISTMILL_PROBE: folder,
    GRISTMILL_PROBE_HITS: hits,
    GRISTMILL_MUTANT: String(mutant),
  }
  const args = ['run', '--config', 'probe/vitest.config.ts', '--reporter=json', `--outputFile=${report}`]
  const vitest = join(CONTRACTS, 'node_modules/.bin/vitest')
  try {
    const { error, stderr } = spawnSync(vitest, [...args, `--bail=${bail}`, ...tests], {
      cwd: CONTRACTS,
      env,
      encoding: 'utf8',
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
      maxBuffer: 1 << 28,
    })
    if (error !== undefined && 'code' in error && error.code === 'ETIMEDOUT') {
      return { isTimedOut: true, failed: [], passed: 0, durations: {}, hits: {} }
    }
    if (!existsSync(report)) throw new Error(`vitest wrote no report: ${stderr}`)
    return read(JSON.parse(readFileSync(report, 'utf8')) as Report, existsSync(hits) ? readFileSync(hits, 'utf8') : '')
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
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
