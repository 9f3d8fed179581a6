import { spawnSync } from 'node:child_process'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from './build.ts'
import { ROOT } from './workspace.ts'

/** Names of the examples that are one file to run. */
export const exampleNames = (root = ROOT): string[] =>
  globSync('examples/*/index.ts', { cwd: root })
    .map((path) => path.split(/[/\\]/)[1] as string)
    .sort()

/** Where a running local network says what it is; the first that is there. */
const PROFILES = ['.gristmill/profile.json', '.demo/profile.json']

/** Builds what an example imports and runs it in the root of the repository; gives its exit code. */
async function runExample([name, ...args]: readonly string[]): Promise<number> {
  if (name === undefined || !exampleNames().includes(name)) {
    console.error(`usage: pnpm example NAME [ARGUMENT...], NAME one of\n\n${exampleNames().join('\n')}`)
    return 2
  }
  const file = `examples/${name}/index.ts`
  const profile = process.env.GRISTMILL_PROFILE || PROFILES.find((path) => existsSync(join(ROOT, path)))
  if (profile === undefined && readFileSync(join(ROOT, file), 'utf8').includes('GRISTMILL_PROFILE')) {
    console.error(
      'No local network has been started here: in another terminal, npx -y pnpm@12 gristmill dev (or demo).',
    )
    return 1
  }
  if (!(await build(`@gristmill/example-${name}...`))) return 1
  const env = { ...process.env, ...(profile === undefined ? {} : { GRISTMILL_PROFILE: profile }) }
  return spawnSync(process.execPath, [file, ...args], { cwd: ROOT, env, stdio: 'inherit' }).status ?? 1
}

if (import.meta.main) process.exitCode = await runExample(process.argv.slice(2))
