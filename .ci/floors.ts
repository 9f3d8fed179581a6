import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { type Manifest, ROOT, type WorkspacePackage, workspacePackages } from './workspace.ts'

/** A package imports lower floors only, devDependencies included. */
const FLOORS: Record<string, number> = {
  '@gristmill/contracts': 0,
  '@gristmill/protocol': 0,
  '@gristmill/curve': 0,
  '@gristmill/envelope': 1,
  '@gristmill/abi': 1,
  '@gristmill/storage': 1,
  '@gristmill/runner': 1,
  '@gristmill/engine': 2,
  '@gristmill/localnet': 2,
  '@gristmill/sdk': 3,
  '@gristmill/datatrust': 4,
  '@gristmill/cli': 5,
  '@gristmill/example-logistic-regression': 5,
  '@gristmill/example-demo': 7,
}
const EXAMPLE_FLOOR = 6

const floorOf = (name: string): number | undefined =>
  FLOORS[name] ?? (name.startsWith('@gristmill/example-') ? EXAMPLE_FLOOR : undefined)

const dependenciesOf = (manifest: Manifest): string[] =>
  Object.keys({
    ...manifest.dependencies,
    ...manifest.devDependencies,
    ...manifest.peerDependencies,
    ...manifest.optionalDependencies,
  }).filter((name) => name.startsWith('@gristmill/'))

/** What is wrong with the floors of a workspace; empty if nothing. */
export function floorFaults(packages: readonly WorkspacePackage[], root = ROOT): string[] {
  return packages.flatMap(({ directory, manifest }) => {
    const floor = floorOf(manifest.name)
    if (floor === undefined) return [`${manifest.name} has no floor: name it in .ci/floors.ts`]
    const declared = dependenciesOf(manifest)
    const climbing = declared
      .filter((name) => (floorOf(name) ?? Number.POSITIVE_INFINITY) >= floor)
      .map((name) => `${manifest.name} (floor ${floor}) depends on ${name} (floor ${floorOf(name)})`)
    return [...climbing, ...importFaults(directory, manifest.name, declared, root)]
  })
}

function importFaults(directory: string, self: string, declared: readonly string[], root: string): string[] {
  const files = globSync([`${directory}/*.ts`, `${directory}/{src,tests,test,scripts}/**/*.ts`], { cwd: root })
  return files.flatMap((file) => {
    const source = readFileSync(join(root, file), 'utf8')
    const specifiers = [...source.matchAll(/(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g)].map(
      (match) => match[1] as string,
    )
    return specifiers.flatMap((specifier) => {
      if (specifier.startsWith('.')) {
        const target = normalize(join(dirname(file), specifier))
        return target.startsWith(`${directory}/`) ? [] : [`${file} reaches out of its package: ${specifier}`]
      }
      const scoped = /^@gristmill\/[^/]+/.exec(specifier)?.[0]
      return scoped === undefined || scoped === self || declared.includes(scoped)
        ? []
        : [`${file} imports ${scoped} without declaring it`]
    })
  })
}

if (import.meta.main) {
  const faults = floorFaults(workspacePackages())
  for (const fault of faults) console.error(fault)
  process.exitCode = faults.length === 0 ? 0 : 1
}
