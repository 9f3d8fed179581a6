import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Manifest, ROOT, type WorkspacePackage, workspacePackages } from '../workspace.ts'

/** A manifest as it is published. */
export interface PublishedManifest extends Manifest {
  version: string
  description?: string
  keywords?: string[]
  license?: string
  type?: string
  sideEffects?: boolean | string[]
  bin?: Record<string, string>
  engines?: Record<string, string>
  publishConfig?: Record<string, string>
}

export interface PackedPackage {
  /** In the workspace, relative to its root. */
  directory: string
  tarball: string
  /** Where the tarball lies unpacked. */
  unpacked: string
  manifest: PublishedManifest
  /** Paths in the tarball, sorted. */
  files: readonly string[]
}

/** Those that are published. */
export const publicPackages = (root = ROOT): WorkspacePackage[] =>
  workspacePackages(root).filter(({ manifest }) => manifest.private !== true)

/** Packs every public package as it would be published, and unpacks it again to be looked at. */
export function packAll(destination: string): PackedPackage[] {
  const packages = publicPackages()
  const filters = packages.flatMap(({ manifest }) => ['--filter', manifest.name])
  command('pnpm', [...filters, '--recursive', 'pack', '--pack-destination', destination], ROOT)
  return packages.map(({ directory, manifest: { name } }) => {
    const unpacked = join(destination, name.replace('/', '-'))
    const { version } = readManifest(join(ROOT, directory))
    const tarball = join(destination, `${name.slice(1).replace('/', '-')}-${version}.tgz`)
    mkdirSync(unpacked)
    command('tar', ['-xzf', tarball, '-C', unpacked, '--strip-components=1'], destination)
    return readUnpacked({ directory, tarball, unpacked })
  })
}

/** Reads what is unpacked anew: a test changes it. */
export function readUnpacked(at: Pick<PackedPackage, 'directory' | 'tarball' | 'unpacked'>): PackedPackage {
  const files = readdirSync(at.unpacked, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(at.unpacked.length + 1))
  return { ...at, manifest: readManifest(at.unpacked), files: files.sort() }
}

const readManifest = (directory: string) =>
  JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as PublishedManifest

function command(name: string, args: readonly string[], cwd: string): void {
  const { status, stdout, stderr, error } = spawnSync(name, args, { cwd, encoding: 'utf8' })
  if (status !== 0) throw new Error([`${name} ${args.join(' ')} failed`, stdout, stderr, error?.message].join('\n'))
}
