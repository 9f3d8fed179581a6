import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const NODE_ONLY = /['"]node:|\bBuffer\b|\bprocess\b|\brequire\(/

it('has nothing of Node outside node.ts, so that the core runs in a browser', () => {
  const sources = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  const nodeOnly = sources.filter((name) => NODE_ONLY.test(readFileSync(join(import.meta.dirname, name), 'utf8')))
  expect(nodeOnly).toEqual(['node.ts'])
})
