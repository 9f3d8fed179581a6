import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { type Command, type Finished, runCommand } from './run-command.ts'

export interface Count {
  passed: number
  failed: number
  skipped: number
}

export const add = (a: Count, b: Count): Count => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  skipped: a.skipped + b.skipped,
})

/** A suite that ended badly without saying which test failed, or that ran no test at all, counts as one failure. */
export function blame(count: Count, exitCode: number): Count {
  const ranNothing = count.passed + count.failed === 0
  return count.failed === 0 && (exitCode !== 0 || ranNothing) ? { ...count, failed: 1 } : count
}

/** Where a suite runs. */
export interface Place extends Pick<Command, 'cwd' | 'env'> {
  /** Its output is shown when it is over, all at once: another suite is shown meanwhile. */
  isAside?: true
}

async function run(command: string, args: readonly string[], { isAside, ...place }: Place): Promise<Finished> {
  const show = (output: Buffer | string) => void process.stdout.write(output)
  const finished = await runCommand({ command, args, ...place }, isAside ? undefined : show)
  if (isAside) show(finished.output)
  return finished
}

interface VitestReport {
  numPassedTests: number
  numFailedTests: number
  numPendingTests: number
  numTodoTests: number
  testResults: {
    name: string
    status: string
    /** Milliseconds. */
    startTime: number
    endTime: number
    assertionResults: { status: string; fullName: string }[]
  }[]
}

const SLOWEST_FILES = 12

/** Runs vitest in a folder and counts from its own JSON report. */
export async function runVitest(place: Place): Promise<Count> {
  const directory = mkdtempSync(join(tmpdir(), 'gristmill-test-'))
  const file = join(directory, 'report.json')
  try {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
    const { exitCode } = await run('vitest', ['run', ...reporters], place)
    if (!existsSync(file)) return blame({ passed: 0, failed: 0, skipped: 0 }, exitCode)
    const report = JSON.parse(readFileSync(file, 'utf8')) as VitestReport
    const skipped = report.testResults.flatMap((suite) =>
      suite.assertionResults.filter((test) => ['pending', 'skipped', 'todo'].includes(test.status)),
    )
    for (const test of skipped) console.log(`skipped: ${test.fullName}`)
    console.log(slowestOf(report, place.cwd))
    const broken = report.testResults.filter(
      (suite) => suite.status === 'failed' && suite.assertionResults.length === 0,
    )
    return blame(
      {
        passed: report.numPassedTests,
        failed: report.numFailedTests + broken.length,
        skipped: report.numPendingTests + report.numTodoTests,
      },
      exitCode,
    )
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

/** Where the time goes: who adds a test sees what it costs. */
function slowestOf({ testResults }: VitestReport, folder: string): string {
  const files = testResults.map(({ name, startTime, endTime }) => ({ name, seconds: (endTime - startTime) / 1_000 }))
  const slowest = files.toSorted((a, b) => b.seconds - a.seconds).slice(0, SLOWEST_FILES)
  return `slowest: ${slowest.map(({ name, seconds }) => `${relative(folder, name)} ${seconds.toFixed(0)} s`).join(', ')}`
}

/** Runs the Solidity tests and counts from their closing lines. */
export async function runSolidity(place: Place): Promise<Count> {
  // Hardhat keeps test artifacts of older sources and may fuzz by their ABI, which misses what is new.
  rmSync(join(place.cwd, 'cache/test-artifacts'), { recursive: true, force: true })
  const { exitCode, output } = await run('hardhat', ['test', 'solidity'], place)
  const total = (word: string): number =>
    [...output.matchAll(new RegExp(`^\\s*(\\d+) ${word}`, 'gm'))].reduce((sum, match) => sum + Number(match[1]), 0)
  return blame({ passed: total('passing'), failed: total('failing'), skipped: total('skipped') }, exitCode)
}
