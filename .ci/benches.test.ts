import { execFile, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { NO_POSTGRES } from '../datatrust/tests/_postgres.ts'
import { ROOT } from './workspace.ts'

const isDeep = process.env.GRISTMILL_DEEP === '1'

/** One way to run a bench that is over soon, and the rows that it has to end with. */
interface Smoke {
  /** Of package.json. */
  script: string
  args: string
  rows: readonly string[]
  /** Takes longer than a test that always runs may. */
  isDeep?: true
  /** Why it cannot be run here. */
  without?: string | undefined
}

const REQUESTS = [
  'quotes',
  'uploads of a kilobyte',
  'catalogue reads',
  'catalogue searches',
  'catalogue searches for a common word',
]
const requestRows = ['', ...(NO_POSTGRES === undefined ? [' over PostgreSQL'] : [])].flatMap((where) =>
  REQUESTS.flatMap((what) => ['', ' p99', ' with 200 listings'].map((which) => `${what}${where}${which}`)),
)
const NO_SCIKIT_LEARN =
  existsSync('/usr/bin/python3') && spawnSync('/usr/bin/python3', ['-c', 'import sklearn']).status === 0
    ? undefined
    : 'scikit-learn is not installed (Debian: python3-sklearn)'

const SMOKES: readonly Smoke[] = [
  { script: 'bench:datatrust', args: '--only requests --listings 200 --reads 50', rows: requestRows },
  {
    script: 'bench:datatrust',
    args: '--only transfers,reveals,crowd --size 1MiB --runs 1 --orders 1 --crowd 2',
    rows: [
      ...['ingest 1 MiB', 'ingest 1 MiB limit', 'ingest 1 MiB to disk', 'deliver direct 1 MiB', 'deliver fair 1 MiB'],
      ...['verify 1 MiB', 'peak rss', 'payment to revealed key', 'blocks from payment to revealed key'],
      ...['direct', 'fair'].flatMap((how) => ['', ' errors', ' silence'].map((which) => `2 x 100 MiB ${how}${which}`)),
      'peak rss of 2 at once',
    ],
    isDeep: true,
  },
  {
    script: 'bench:compute',
    args: '--only no-ops,metering --runs 1',
    // Where there is no sandbox, container or cluster, a row says so.
    rows: ['no-op wasm', 'no-op wasm, least', 'no-op js', 'no-op bwrap', 'no-op docker', 'fuel metering'],
  },
  {
    script: 'bench:compute',
    args: '--only orders,cluster --orders 1 --jobs 2',
    rows: [...['', ', js', ', python'].map((runtime) => `order paid to model delivered${runtime}`), '2 jobs slurm'],
    isDeep: true,
  },
  { script: 'bench:leaks', args: '--attacks 1', rows: ['rows as they are'] },
  { script: 'bench:accuracy', args: '--only iris --runs 1', rows: ['iris (scikit-learn)'], without: NO_SCIKIT_LEARN },
  {
    script: 'bench:accuracy',
    args: '--only diabetes,tic-tac-toe --runs 1',
    rows: ['tic-tac-toe endgames (by rule)', 'diabetes (scikit-learn)'],
    isDeep: true,
    without: NO_SCIKIT_LEARN,
  },
]
/** Measured and compared row by row by tests of their own: contracts/test/gas. */
const TESTED_ELSEWHERE = ['bench:gas']

const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: Record<string, string> }

/** What is wrong with the output of a bench: its last line has to be a report with these rows, whatever they say. */
function faultsOf(script: string, output: string, rows: readonly string[]): string[] {
  const last = output.trimEnd().split('\n').at(-1) ?? ''
  let report: { bench?: string; rows?: { name: string }[] }
  try {
    report = JSON.parse(last)
  } catch {
    return [`the last line is no JSON: ${last.slice(0, 500)}`]
  }
  const bench = script.slice('bench:'.length)
  const names = (report.rows ?? []).map(({ name }) => name)
  return [
    ...(report.bench === bench ? [] : [`it is the report of ${report.bench}`]),
    ...rows.filter((row) => !names.includes(row)).map((row) => `${row} is missing`),
    ...names.filter((name, index) => names.indexOf(name) !== index).map((name) => `${name} is there twice`),
  ]
}

/** What a script prints that is run once everything is built, as it is here. */
async function outputOf({ script, args }: Smoke): Promise<string> {
  const command = scripts[script]?.split(' && ').at(-1) ?? ''
  const [program, ...first] = command.split(' ')
  expect(program).toBe('node')
  const { stdout } = await promisify(execFile)(process.execPath, [...first, ...args.split(' ')], { cwd: ROOT })
  return stdout
}

describe('benches', () => {
  it('are all run here', () => {
    const known = new Set([...SMOKES.filter(({ isDeep }) => !isDeep).map(({ script }) => script), ...TESTED_ELSEWHERE])
    expect([...known].toSorted()).toEqual(
      Object.keys(scripts)
        .filter((name) => name.startsWith('bench:'))
        .toSorted(),
    )
  })

  it.for(SMOKES.filter((smoke) => isDeep || !smoke.isDeep))(
    'end $script $args with all rows',
    { timeout: 300_000 },
    async (smoke, { skip }) => {
      if (smoke.without !== undefined) skip(smoke.without)
      expect(faultsOf(smoke.script, await outputOf(smoke), smoke.rows)).toEqual([])
    },
  )

  it('are found out when a row is missing, the report is not the last line, or it is of another bench', () => {
    const report = { bench: 'leaks', rows: [{ name: 'one' }, { name: 'two' }] }
    const output = `| a table |\n${JSON.stringify(report)}\n`
    expect(faultsOf('bench:leaks', output, ['one', 'two'])).toEqual([])
    expect(faultsOf('bench:leaks', output, ['one', 'two', 'three'])).toEqual(['three is missing'])
    expect(faultsOf('bench:leaks', JSON.stringify({ bench: 'leaks' }), ['one'])).toEqual(['one is missing'])
    expect(faultsOf('bench:gas', output, [])).toEqual(['it is the report of leaks'])
    expect(faultsOf('bench:leaks', `${output}done\n`, [])).toHaveLength(1)
    const twice = { ...report, rows: [...report.rows, { name: 'one' }] }
    expect(faultsOf('bench:leaks', JSON.stringify(twice), ['one'])).toEqual(['one is there twice'])
  })
})
