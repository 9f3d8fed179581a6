import { build } from './build.ts'
import { type Gate, holds } from './gate.ts'

/** What a machine checks about the code; `pnpm check` runs it alone, `pnpm test` runs it first. */
export const GATES: readonly Gate[] = [
  { name: 'format and lint (biome)', command: 'biome', args: ['ci', '--error-on-warnings', '.'] },
  { name: 'format of Solidity (prettier)', command: 'prettier', args: ['--check', 'contracts/**/*.sol'] },
  { name: 'types of everything, tests included (tsc)', command: 'tsc', args: ['-p', 'tsconfig.check.json'] },
  { name: 'floors', command: 'node', args: ['.ci/floors.ts'] },
  { name: 'bans', command: 'node', args: ['.ci/bans.ts'] },
  { name: 'unused code and dependencies (knip)', command: 'knip', args: ['--no-progress'] },
]

if (import.meta.main) {
  const built = await build()
  const results = await Promise.all(GATES.map(holds))
  process.exitCode = built && results.every(Boolean) ? 0 : 1
}
