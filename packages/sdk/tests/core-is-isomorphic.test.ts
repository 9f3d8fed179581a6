import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const NODE_ONLY = /from '(node:|fs|path|crypto|stream)|import\('node:|\b(Buffer|process|require|__dirname)\b[.([]/

/** Files whose code runs in Node only. */
function nodeOnlyFiles(root: string): string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .filter((file) => NODE_ONLY.test(readFileSync(join(root, file), 'utf8')))
}

describe('the SDK', () => {
  it('uses nothing that only Node has', () => {
    expect(nodeOnlyFiles(fileURLToPath(new URL('../src', import.meta.url)))).toEqual([])
  })

  it('would be caught: this very test is Node only', () => {
    expect("import { readFileSync } from 'node:fs'").toMatch(NODE_ONLY)
    expect('Buffer.from(bytes)').toMatch(NODE_ONLY)
  })
})
