import { join } from 'node:path'
import { build } from './build.ts'
import { GATES } from './check.ts'
import { type Gate, holds } from './gate.ts'
import { add, type Count, runSolidity, runVitest } from './suite.ts'
import { installSystemPackages } from './system-packages.ts'
import { ROOT } from './workspace.ts'

const deep = process.argv.includes('--deep')
const contracts = join(ROOT, 'contracts')
const env: NodeJS.ProcessEnv = {
  ...process.env,
  PATH: `${join(contracts, 'node_modules/.bin')}:${process.env.PATH}`,
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

async function holdAll(gates: readonly Gate[]): Promise<Count> {
  let total = NOTHING
  for (const gate of gates) total = add(total, (await holds(gate)) ? PASSED : FAILED)
  return total
}

async function testContracts(): Promise<Count> {
  const place = { cwd: contracts, env, isAside: true } as const
  const generated = await holdAll([GENERATED])
  const solidity = await runSolidity(place)
  return [solidity, await runVitest(place)].reduce(add, generated)
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
