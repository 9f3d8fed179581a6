import { execFileSync } from 'node:child_process'
import { delimiter, dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Compiles once, before any worker starts, so that every suite deploys the sources of now. */
export default function build(): void {
  const root = fileURLToPath(new URL('../../', import.meta.url))
  // The launcher takes `node` from the path; it must be the one that runs the tests.
  const env = { ...process.env, PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}` }
  execFileSync(`${root}node_modules/.bin/hardhat`, ['build', '--no-tests', '--quiet'], {
    cwd: root,
    env,
    stdio: 'inherit',
  })
}
