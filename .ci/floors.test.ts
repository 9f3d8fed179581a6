import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { banFaults } from './bans.ts'
import { floorFaults } from './floors.ts'
import { workspacePackages } from './workspace.ts'

describe('the gates of the house', () => {
  let root: string
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'gristmill-floors-'))
  })
  afterEach(() => rmSync(root, { recursive: true }))

  const write = (path: string, content: string) => {
    mkdirSync(join(root, path, '..'), { recursive: true })
    writeFileSync(join(root, path), content)
  }
  const manifest = (name: string, devDependencies: Record<string, string> = {}) =>
    JSON.stringify({ name: `@gristmill/${name}`, devDependencies })

  it('hold on this workspace', () => {
    expect(workspacePackages().length).toBeGreaterThan(10)
    expect(floorFaults(workspacePackages())).toEqual([])
    expect(banFaults()).toEqual([])
  })

  it('refuse a dependency that climbs, devDependencies included', () => {
    write('packages/protocol/package.json', manifest('protocol', { '@gristmill/sdk': 'workspace:*' }))
    expect(floorFaults(workspacePackages(root), root)).toHaveLength(1)
  })

  it('refuse a package without a floor', () => {
    write('packages/attic/package.json', manifest('attic'))
    expect(floorFaults(workspacePackages(root), root)).toHaveLength(1)
  })

  it('refuse an import that is not declared or reaches out of its package', () => {
    write('packages/sdk/package.json', manifest('sdk'))
    write('packages/sdk/src/a.ts', "import '@gristmill/abi'\nimport { x } from '../../abi/src/index.js'\n")
    expect(floorFaults(workspacePackages(root), root)).toHaveLength(2)
  })

  it('refuse the environment outside of env.ts', () => {
    write('packages/sdk/src/a.ts', 'export const home = process.env.HOME\n')
    write('packages/sdk/src/env.ts', 'export const home = process.env.HOME\n')
    expect(banFaults(root)).toHaveLength(1)
  })
})
