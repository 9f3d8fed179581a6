import { appendFileSync } from 'node:fs'
import { afterAll, expect } from 'vitest'
import { renewChain } from '../test/support/chain.ts'
import { seen } from './collector.ts'

await renewChain()
// Of the file alone.
seen.clear()

afterAll(() => {
  const file = process.env.GRISTMILL_PROBE_HITS
  const words = [...seen].map(String)
  if (file) appendFileSync(file, `${JSON.stringify({ test: expect.getState().testPath, words })}\n`)
})
