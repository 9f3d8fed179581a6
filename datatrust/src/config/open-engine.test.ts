import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'

/** Tells which of the modules that a program loads are of the Kubernetes client. */
const PROGRAM = `
  import { registerHooks } from 'node:module'
  let loaded = 0
  registerHooks({
    load(url, context, next) {
      if (url.includes('client-node')) loaded += 1
      return next(url, context)
    },
  })
  const { openEngine } = await import(process.argv[1])
  const engine = process.argv[2] === 'local' ? { kind: 'local' } : { kind: 'kubernetes', kubeconfigFile: '/nowhere' }
  await openEngine(engine, { all: [] }).catch((error) => console.error(error.code))
  console.log(loaded)`
const MODULE = new URL('../../dist/config/open-engine.js', import.meta.url).href

describe('the client of Kubernetes', () => {
  it.each([
    ['local', (count: number) => count === 0],
    ['kubernetes', (count: number) => count > 0],
  ])('is loaded by an engine of Kubernetes alone: %s', (kind, isRight) => {
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', PROGRAM, MODULE, kind], {
      encoding: 'utf8',
    })
    expect(isRight(Number.parseInt(stdout, 10))).toBe(true)
  })
})
