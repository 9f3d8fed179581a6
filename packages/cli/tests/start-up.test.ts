import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const execute = promisify(execFile)
const MAIN = join(import.meta.dirname, '..', 'dist', 'main.js')
/** Prints each module that is loaded from a package. */
const SPY = `import { registerHooks } from 'node:module'
registerHooks({ load(url, context, next) { if (url.includes('/node_modules/') || !url.includes('/packages/cli/')) process.stderr.write('LOADED ' + url + '\\n'); return next(url, context) } })`

async function loadedBy(argv: readonly string[]): Promise<string[]> {
  const spy = `data:text/javascript,${encodeURIComponent(SPY)}`
  const { stderr } = await execute(process.execPath, ['--import', spy, MAIN, ...argv]).catch(
    (error: { stderr: string }) => error,
  )
  return stderr.split('\n').filter((line) => line.startsWith('LOADED ') && !line.startsWith('LOADED node:'))
}

describe('what is loaded', () => {
  it.each([
    [['--help']],
    [['vault', 'deposit', '--help']],
    [['--version']],
    [['completion', 'bash']],
    [['completion', 'keys']],
    [['nonsense']],
  ])('for %j is commander alone', async (argv) => {
    const foreign = (await loadedBy(argv)).filter((line) => !/\/commander@?[^/]*\/|\/commander\//.test(line))
    expect(foreign).toEqual([])
  })

  it('is seen by this test: a command that acts loads ethers', async () => {
    expect((await loadedBy(['vault', 'balance', '--profile', '/nowhere'])).join()).toContain('/ethers/')
  })
})
