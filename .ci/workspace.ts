import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

export const ROOT = join(import.meta.dirname, '..')

export interface Manifest {
  name: string
  private?: boolean
  exports?: Record<string, Record<string, string>>
  dependencies?: Record<string, string>
  devDependencies?: Record<string, string>
  peerDependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
}

export interface WorkspacePackage {
  /** Relative to the root, e.g. `packages/sdk`. */
  directory: string
  manifest: Manifest
}

/** Every package of the workspace. */
export function workspacePackages(root = ROOT): WorkspacePackage[] {
  return globSync(['contracts/package.json', 'datatrust/package.json', '{packages,examples}/*/package.json'], {
    cwd: root,
  })
    .sort()
    .map((path) => ({
      directory: dirname(path),
      manifest: JSON.parse(readFileSync(join(root, path), 'utf8')) as Manifest,
    }))
}
