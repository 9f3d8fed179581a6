import { cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { staleOutputs } from '../build.ts'
import {
  install,
  installedVersion,
  installNode,
  makeProject,
  type Outcome,
  runOutside,
  writeImportAll,
} from './empty-project.ts'
import { lintPackage } from './lint-package.ts'
import { type PackedPackage, packAll, publicPackages, readUnpacked } from './pack.ts'
import { OLDEST_NODE, packageFaults } from './package-faults.ts'

const NAMES = publicPackages().map(({ manifest }) => manifest.name)
const DEEP = process.env.GRISTMILL_DEEP === '1'
/** What each program of the consumer prints. */
const PROGRAMS = {
  envelope: 'grain 2c224021',
  curve: '9523809523809523809n',
  algorithm: 'OK yes true',
  market: 'true true true',
}
type Program = keyof typeof PROGRAMS
const PATIENCE_MS = 300_000

let directory: string
let packed: PackedPackage[]
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'gristmill-packages-'))
  packed = packAll(directory)
}, PATIENCE_MS)
afterAll(() => rmSync(directory, { recursive: true, force: true }))

const packageOf = (name: string): PackedPackage => packed.find(({ manifest }) => manifest.name === name)!

describe('a public package, packed', () => {
  it.each(NAMES)('%s has all its files and fields, and no others', (name) => {
    expect(packageFaults(packageOf(name))).toEqual([])
  })

  it.each(NAMES)('%s is clean for publint and are-the-types-wrong', async (name) => {
    expect(await lintPackage(packageOf(name))).toEqual([])
  })
})

describe('the gates of packages', () => {
  let copies = 0
  /** A package as it is and should not be. */
  const spoilt = (name: string, spoil: (unpacked: string) => void): PackedPackage => {
    const unpacked = join(directory, `spoilt-${copies++}`)
    cpSync(packageOf(name).unpacked, join(unpacked, 'package'), { recursive: true })
    spoil(join(unpacked, 'package'))
    const tarball = `${unpacked}.tgz`
    expect(runOutside({ command: 'tar', args: ['-czf', tarball, 'package'], cwd: unpacked }).status).toBe(0)
    return readUnpacked({ ...packageOf(name), tarball, unpacked: join(unpacked, 'package') })
  }
  const edit = (path: string, change: (text: string) => string) =>
    writeFileSync(path, change(readFileSync(path, 'utf8')))
  const withManifest = (name: string, change: (manifest: Record<string, never>) => unknown) =>
    spoilt(name, (unpacked) =>
      edit(join(unpacked, 'package.json'), (text) => {
        const manifest = JSON.parse(text)
        change(manifest)
        return JSON.stringify(manifest)
      }),
    )

  it('refuse a missing file', () => {
    const faults = packageFaults(spoilt('@gristmill/curve', (unpacked) => rmSync(join(unpacked, 'dist/fund.js'))))
    expect(faults).toEqual(['@gristmill/curve: dist/fund.js is not in the tarball'])
  })

  it('refuse a file too many', () => {
    const tested = spoilt('@gristmill/curve', (unpacked) => writeFileSync(join(unpacked, 'dist/fund.test.js'), ''))
    expect(packageFaults(tested)).toEqual(['@gristmill/curve: dist/fund.test.js does not belong into the tarball'])
  })

  it('remove what is left of a source that is gone, before it is packed', () => {
    const root = join(directory, 'workspace')
    const outputs = ['fund.js', 'fund.js.map', 'fund.d.ts', 'gone.js', 'gone.js.map', 'gone.d.ts']
    for (const file of ['package.json', 'src/fund.ts', ...outputs.map((output) => `dist/${output}`)]) {
      mkdirSync(join(root, 'packages/curve', file, '..'), { recursive: true })
      writeFileSync(join(root, 'packages/curve', file), '{}')
    }
    expect(staleOutputs(root).sort()).toEqual(
      outputs
        .slice(3)
        .map((output) => `packages/curve/dist/${output}`)
        .sort(),
    )
  })

  it('refuse a map without its source', () => {
    const mapped = spoilt('@gristmill/curve', (unpacked) =>
      edit(join(unpacked, 'dist/fund.js.map'), (text) => text.replace('"sourcesContent"', '"nothing"')),
    )
    expect(packageFaults(mapped)).toHaveLength(1)
  })

  it('refuse a dependency that is not declared', () => {
    const faults = packageFaults(
      withManifest('@gristmill/storage', (manifest) => Reflect.deleteProperty(manifest, 'dependencies')),
    )
    expect(faults).toContain(
      '@gristmill/storage: dist/blob-errors.js imports @gristmill/protocol, which is not a dependency',
    )
  })

  it('refuse a range that only the workspace knows, and a missing field', () => {
    const faults = packageFaults(
      withManifest('@gristmill/storage', (manifest) =>
        Object.assign(manifest, {
          dependencies: { ...(manifest.dependencies as unknown as object), '@gristmill/protocol': 'workspace:*' },
          keywords: [],
        }),
      ),
    )
    expect(faults).toHaveLength(2)
  })

  it('refuse what publint and are-the-types-wrong refuse', async () => {
    const untyped = spoilt('@gristmill/curve', (unpacked) => rmSync(join(unpacked, 'dist/index.d.ts')))
    expect(await lintPackage(untyped)).not.toEqual([])
    const misleading = spoilt('@gristmill/curve', (unpacked) =>
      edit(join(unpacked, 'dist/index.d.ts'), (text) => text.replace(/\.js'/g, "'")),
    )
    expect((await lintPackage(misleading)).join()).toMatch(/^attw/)
    const untrue = withManifest('@gristmill/curve', (manifest) => Object.assign(manifest, { bin: './dist/nothing.js' }))
    expect((await lintPackage(untrue)).join()).toMatch(/^publint/)
  })
})

const ALL = Object.keys(PROGRAMS) as Program[]
/** Without localnet and datatrust, which want a newer Node. */
const LIBRARIES: readonly Program[] = ['envelope', 'curve', 'algorithm']
interface Project {
  manager: 'npm' | 'pnpm'
  nodeVersion: string
  programs: readonly Program[]
  /** Everything that does not depend on how a manager lays packages out, too. */
  whole: boolean
}
const nodeVersion = process.versions.node
const PROJECTS: Project[] = [
  { manager: 'npm', nodeVersion, programs: ALL, whole: true },
  ...(DEEP
    ? [
        // Here a package sees only what it declared; the children of the runner must find their code there too.
        { manager: 'pnpm' as const, nodeVersion, programs: ALL, whole: true },
        { manager: 'npm' as const, nodeVersion: OLDEST_NODE, programs: LIBRARIES, whole: true },
      ]
    : []),
]

describe.each(PROJECTS)('an empty project, $manager, Node $nodeVersion', (wanted) => {
  const { manager, programs, whole } = wanted
  let project: string
  let entries: string[]
  let installed: Outcome
  let nodeBin: string | undefined
  const run = (command: string, ...args: string[]): Outcome => runOutside({ command, args, cwd: project, nodeBin })
  const tsc = (...args: string[]) => run('node', 'node_modules/typescript/bin/tsc', ...args)

  beforeAll(() => {
    if (wanted.nodeVersion !== nodeVersion) nodeBin = installNode(join(directory, 'node'), wanted.nodeVersion)
    project = join(directory, `${manager}-${wanted.nodeVersion}`)
    const { binaryen, ethers } = { ...packageOf('@gristmill/runner').manifest.dependencies }
    makeProject(project, packed, {
      binaryen: binaryen!,
      ethers: ethers!,
      typescript: installedVersion('typescript'),
      '@types/node': installedVersion('@types/node'),
    })
    installed = install(manager, project, nodeBin)
    entries = writeImportAll(project, packed)
    tsc('-p', 'tsconfig.json', '--noCheck')
  }, PATIENCE_MS)
  beforeEach((context) => {
    if (installed.unreachable === undefined) return
    console.log(`skipped: packages in an empty project (${installed.unreachable})`)
    context.skip(installed.unreachable)
  })

  it('holds all of them', () => {
    expect(installed, installed.output).toMatchObject({ status: 0 })
    expect(run('node', '--version').output).toBe(`v${wanted.nodeVersion}`)
  })

  it('imports every entry point', () => {
    expect(run('node', 'import-all.js').output.split('\n')).toEqual(entries.map((entry) => `${entry} true`))
  })

  it.each(programs)('runs %s', (program) => {
    expect(run('node', `out/${program}.js`)).toEqual({ status: 0, output: PROGRAMS[program] })
  })

  if (!whole) return

  it('compiles with nodenext and with bundler, libraries checked too', () => {
    expect(tsc('-p', 'tsconfig.json', '--noEmit')).toEqual({ status: 0, output: '' })
    // The libraries are the same; twice takes as long as everything else here.
    const skipping = DEEP ? [] : ['--skipLibCheck']
    expect(tsc('-p', 'tsconfig.bundler.json', ...skipping)).toEqual({ status: 0, output: '' })
  })

  it('has the command line', () => {
    const { version } = packageOf('@gristmill/cli').manifest
    expect(run('node_modules/.bin/gristmill', '--help').output).toContain('Usage: gristmill')
    expect(run('npx', '--no-install', 'gristmill', '--version')).toEqual({ status: 0, output: version })
  })

  it('does not import what lacks a file', () => {
    const file = join(project, 'node_modules/@gristmill/curve/dist/fund.js')
    renameSync(file, `${file}.gone`)
    try {
      expect(run('node', 'import-all.js').status).not.toBe(0)
    } finally {
      renameSync(`${file}.gone`, file)
    }
  })
})
