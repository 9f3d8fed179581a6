import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readTree, stalePaths, writeTree } from '../../scripts/tree.ts'

const fresh = new Map([
  ['Orders.ts', 'new'],
  ['factories/Orders__factory.ts', 'code'],
])

describe('the check of generated files', () => {
  it('finds nothing where all is the same', () => {
    expect(stalePaths(fresh, new Map(fresh))).toEqual([])
  })

  it('names what differs, what is missing and what is left over', () => {
    const committed = new Map([
      ['Orders.ts', 'old'],
      ['Gone.ts', 'left over'],
    ])
    expect(stalePaths(fresh, committed)).toEqual(['Gone.ts', 'Orders.ts', 'factories/Orders__factory.ts'])
  })

  it('reads what it wrote, and nothing where there is no folder', () => {
    const folder = mkdtempSync(join(tmpdir(), 'tree-'))
    try {
      writeTree(folder, fresh)
      expect(readTree(folder)).toEqual(fresh)
      expect(readTree(join(folder, 'nothing')).size).toBe(0)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
