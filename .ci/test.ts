import { join } from 'node:path'
import { build } from './build.ts'
import { GATES } from './check.ts'
import { type Gate, holds } from './gate.ts'
import { quickDirectory } from './quick-directory.ts'
import { add, type Count, runSolidity, runVitest } from './suite.ts'
import { installSystemPackages } from './system-packages.ts'
import { ROOT } from './workspace.ts'

const deep = process.argv.includes('--deep')
// The longer runs are on a real disk.
using quick = deep ? undefined : quickDirectory()
const contracts = join(ROOT, 'contracts')
const env: NodeJS.ProcessEnv = {
  ...process.env,
  PATH: `${join(contracts, 'node_modules/.bin')}:${process.env.PATH}`,
  // Hundreds of processes load the same libraries: what V8 makes of them is kept.
  NODE_COMPILE_CACHE: join(ROOT, 'node_modules/.cache/v8'),
  ...(quick && { TMPDIR: quick.path }),
  ...(deep ? { GRISTMILL_DEEP: '1' } : {}),
}

const NOTHING: Count = { passed: 0, failed: 0, skipped: 0 }
const PASSED: Count = { ...NOTHING, passed: 1 }
const FAILED: Count = { ...NOTHING, failed: 1 }

const GENERATED: Gate = {
  name: 'generated contract types and bytecode are those of the sources',
  command: 'node',
  args: ['scripts/generate.ts', '--check'],
  cwd: contracts,
}

/** What asks the tests of the contracts how good they are: minutes, and an hour. */
const QUALITY: readonly Gate[] = [
  {
    name: 'tests of the contracts bring about every branch',
    command: 'node',
    args: ['branches/main.ts'],
    cwd: contracts,
  },
  {
    name: 'tests of the contracts find at least nine of ten faults put into them',
    command: 'node',
    args: ['mutation/main.ts'],
    cwd: contracts,
  },
]

async function holdAll(gates: readonly Gate[]): Promise<Count> {
  let total = NOTHING
  for (const gate of gates) total = add(total, (await holds(gate)) ? PASSED : FAILED)
  return total
}

async function testContracts(): Promise<Count> {
  const place = { cwd: contracts, env, isAside: true } as const
  const generated = await holdAll([GENERATED])
  const solidity = await runSolidity(place)
  const quality = await holdAll(deep ? QUALITY : [])
  return [solidity, await runVitest(place), quality].reduce(add, generated)
}

async function testRest(): Promise<Count> {
  return add(await holdAll(GATES), await runVitest({ cwd: ROOT, env }))
}

installSystemPackages({ isDeep: deep })
let total = FAILED
if (await build()) {
  // The compiler of Solidity works for minutes on one core.
  const counts = await Promise.all([testContracts(), testRest()])
  total = counts.reduce(add, PASSED)
}
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)
process.exitCode = total.failed === 0 ? 0 : 1
