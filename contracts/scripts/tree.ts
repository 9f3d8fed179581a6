import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

/** Text by path, relative to a folder. */
export type Tree = ReadonlyMap<string, string>

/** Every file below `root`; empty if there is no such folder. */
export function readTree(root: string): Tree {
  const tree = new Map<string, string>()
  for (const entry of listFiles(root)) {
    if (!entry.isFile()) continue
    const file = join(entry.parentPath, entry.name)
    tree.set(relative(root, file), readFileSync(file, 'utf8'))
  }
  return tree
}

export function writeTree(root: string, tree: Tree): void {
  for (const [path, text] of tree) {
    const file = join(root, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
}

/** Paths that are missing, superfluous or different in `committed`. */
export function stalePaths(fresh: Tree, committed: Tree): string[] {
  const paths = new Set([...fresh.keys(), ...committed.keys()])
  return [...paths].filter((path) => fresh.get(path) !== committed.get(path)).sort()
}

function listFiles(root: string) {
  try {
    return readdirSync(root, { recursive: true, withFileTypes: true })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
