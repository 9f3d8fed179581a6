import { globSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { holds } from './gate.ts'
import { ROOT, workspacePackages } from './workspace.ts'

/** Builds packages, or all of them; turbo's own output is shown only if it fails, and it tells nobody. */
export function build(...filters: string[]): Promise<boolean> {
  for (const output of staleOutputs()) rmSync(join(ROOT, output))
  return holds({
    name: 'build',
    command: 'turbo',
    args: ['run', 'build', '--output-logs=errors-only', ...filters.map((filter) => `--filter=${filter}`)],
    env: { TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' },
  })
}

/** What tsc made of sources that are gone: tsc leaves it, and it would be published. */
export function staleOutputs(root = ROOT): string[] {
  return workspacePackages(root).flatMap(({ directory }) => {
    const stems = new Set(
      globSync('src/**/*.ts', { cwd: join(root, directory) }).map((source) =>
        source.slice('src/'.length, -'.ts'.length),
      ),
    )
    return globSync('dist/**/*.{js,js.map,d.ts}', { cwd: join(root, directory) })
      .filter((output) => !stems.has(output.slice('dist/'.length).replace(/\.(js|js\.map|d\.ts)$/, '')))
      .map((output) => join(directory, output))
  })
}

if (import.meta.main) process.exitCode = (await build(...process.argv.slice(2))) ? 0 : 1
