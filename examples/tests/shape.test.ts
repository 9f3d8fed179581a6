import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { shapeFaults } from './shape.js'

describe('the form of the examples', () => {
  let root: string
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'gristmill-shape-'))
    write('package.json', JSON.stringify({ scripts: { example: '' } }))
    write('examples/README.md', '[one](one)')
    write('examples/one/index.ts', 'one\n'.repeat(80))
    write('examples/one/README.md', 'npx -y pnpm@12 example one')
  })
  afterEach(() => rmSync(root, { recursive: true }))

  function write(path: string, content: string): void {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), content)
  }

  it('is kept', () => {
    expect(shapeFaults(join(import.meta.dirname, '../..'))).toEqual([])
    expect(shapeFaults(root)).toEqual([])
  })

  it.each([
    ['index.ts is too long', 'examples/one/index.ts', 'one\n'.repeat(81)],
    ['the overview does not name it', 'examples/README.md', ''],
    ['the README does not say how to run it', 'examples/one/README.md', ''],
    ['the README names no example', 'examples/one/README.md', 'npx -y pnpm@12 example one, npx -y pnpm@12 example two'],
    ['the README names no script', 'examples/one/README.md', 'npx -y pnpm@12 example one, npx -y pnpm@12 dev'],
    ['there is no README', 'examples/two/index.ts', ''],
  ])('is not kept where %s', (_case, path, content) => {
    write(path, content)
    expect(shapeFaults(root)).not.toEqual([])
  })
})
