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

const GENERATED: Gate = {
  name: 'generated contract types and bytecode are those of the sources',
  command: 'node',
  args: ['scripts/generate.ts', '--check'],
  cwd: contracts,
}

installSystemPackages()
let total: Count = { passed: 0, failed: 0, skipped: 0 }
const count = (held: boolean): void => {
  total = add(total, { passed: held ? 1 : 0, failed: held ? 0 : 1, skipped: 0 })
}

const built = build()
count(built)
if (built) {
  for (const gate of [...GATES, GENERATED]) count(holds(gate))
  total = add(total, await runVitest(contracts, env))
  total = add(total, await runSolidity(contracts, env))
  total = add(total, await runVitest(ROOT, env))
}
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)
process.exitCode = total.failed === 0 ? 0 : 1
