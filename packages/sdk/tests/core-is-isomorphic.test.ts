import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const NODE_ONLY =
  /from '(node:|(\.\.?\/)+node[./]|fs|path|crypto|stream)|import\('node:|\b(Buffer|process|require|__dirname)\b[.([]/

/** What `@gristmill/sdk/node` exports lies here; nothing else may import it. */
const NODE_ENTRY = /^node(\.ts$|\/)/

/** Files whose code runs in Node only, beside those that say so. */
function nodeOnlyFiles(root: string): string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !NODE_ENTRY.test(file))
    .filter((file) => NODE_ONLY.test(readFileSync(join(root, file), 'utf8')))
}

describe('the SDK', () => {
  it('uses nothing that only Node has', () => {
    expect(nodeOnlyFiles(fileURLToPath(new URL('../src', import.meta.url)))).toEqual([])
  })

  it('would be caught: this very test is Node only', () => {
    expect("import { readFileSync } from 'node:fs'").toMatch(NODE_ONLY)
    expect("import { partialFile } from './node/partial-file.js'").toMatch(NODE_ONLY)
    expect('Buffer.from(bytes)').toMatch(NODE_ONLY)
  })
})
