import { globSync, readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { join } from 'node:path'
import { ROOT } from '../workspace.ts'
import type { PackedPackage, PublishedManifest } from './pack.ts'

/** The oldest Node that a library is promised to run on; the deep tests install and run them on it. */
export const OLDEST_NODE = '22.13.0'
const NODE_RANGE = '>=22.13'
/** These close what they hold with AsyncDisposableStack, which older ones lack. */
const NODE_RANGES: Readonly<Record<string, string>> = {
  '@gristmill/cli': '>=24',
  '@gristmill/datatrust': '>=24',
  '@gristmill/localnet': '>=24',
}

/** What a package carries beside its code, as it lies in the repository: programs in other languages, and templates. */
const ASSETS = ['python/*.py', 'kubernetes/*.yaml', 'templates/*/**/*.{js,json,py,ts}']

/** What is wrong with a package as it would be published; empty if nothing. */
export function packageFaults(packed: PackedPackage): string[] {
  const faults = [...manifestFaults(packed), ...fileFaults(packed), ...importFaults(packed)]
  return faults.map((fault) => `${packed.manifest.name}: ${fault}`)
}

function manifestFaults({ manifest, files }: PackedPackage): string[] {
  const required: [string, boolean][] = [
    ['description', Boolean(manifest.description)],
    ['keywords', (manifest.keywords?.length ?? 0) > 0],
    ['license', manifest.license === 'Apache-2.0'],
    ['type', manifest.type === 'module'],
    ['sideEffects', manifest.sideEffects !== undefined],
    ['publishConfig.access', manifest.publishConfig?.access === 'public'],
    ['engines.node', manifest.engines?.node === (NODE_RANGES[manifest.name] ?? NODE_RANGE)],
    ['exports["."]', manifest.exports?.['.'] !== undefined],
  ]
  const wrong = required.flatMap(([field, right]) => (right ? [] : [`${field} is missing or wrong`]))
  const entries = Object.entries(manifest.exports ?? {}).flatMap(([entry, conditions]) => {
    const order = Object.keys(conditions).join()
    return order === 'types,default' ? [] : [`exports["${entry}"] has ${order}, not types,default`]
  })
  const targets = [
    ...Object.values(manifest.exports ?? {}).flatMap((conditions) => Object.values(conditions)),
    ...Object.values(manifest.bin ?? {}),
    ...(Array.isArray(manifest.sideEffects) ? manifest.sideEffects : []),
  ]
  const missing = targets.filter((target) => !files.includes(target.replace('./', '')))
  const unresolved = Object.entries(runtimeDependencies(manifest)).filter(([, range]) => !/^[\d^~>]/.test(range))
  return [
    ...wrong,
    ...entries,
    ...missing.map((target) => `${target} is named in package.json and not in the tarball`),
    ...unresolved.map(([name, range]) => `${name} is wanted as ${range}, which npm does not know`),
  ]
}

/** Each source has its output, each output its source, and nothing else is in the tarball. */
function fileFaults({ directory, unpacked, files }: PackedPackage): string[] {
  const sources = globSync('src/**/*.ts', { cwd: join(ROOT, directory), exclude: (path) => path.endsWith('.test.ts') })
  const outputs = sources.flatMap((source) => {
    const stem = source.replace(/^src/, 'dist').replace(/\.ts$/, '')
    return source.endsWith('.d.ts') ? [] : [`${stem}.js`, `${stem}.js.map`, `${stem}.d.ts`]
  })
  const others = globSync(['*.md', ...ASSETS], { cwd: join(ROOT, directory) })
  const expected = new Set([...outputs, ...others, 'LICENSE', 'README.md', 'package.json'])
  const maps = files.filter((file) => file.endsWith('.map'))
  return [
    ...[...expected].filter((file) => !files.includes(file)).map((file) => `${file} is not in the tarball`),
    ...files.filter((file) => !expected.has(file)).map((file) => `${file} does not belong into the tarball`),
    ...maps
      .filter((file) => !hasSources(readFileSync(join(unpacked, file), 'utf8')))
      .map((file) => `${file} names sources that it does not have`),
  ]
}

const hasSources = (map: string): boolean => {
  const { sources, sourcesContent = [] } = JSON.parse(map) as { sources: string[]; sourcesContent?: string[] }
  return sources.every((_, index) => typeof sourcesContent[index] === 'string')
}

/** What code or types import is declared: that it can be found is chance otherwise. */
function importFaults({ unpacked, manifest, files }: PackedPackage): string[] {
  const declared = new Set([manifest.name, ...Object.keys(runtimeDependencies(manifest))])
  const code = files.filter((file) => /\.(js|d\.ts)$/.test(file))
  const undeclared = code.flatMap((file) =>
    importsOf(readFileSync(join(unpacked, file), 'utf8'))
      .filter((name) => !declared.has(name))
      .map((name) => `${file} imports ${name}, which is not a dependency`),
  )
  return [...new Set(undeclared)]
}

/** Names of the packages that a module imports, without Node's own. */
function importsOf(source: string): string[] {
  const code = source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '')
  const specifiers = [
    ...code.matchAll(/(?:^|[\s;}])(?:from|import)\s*['"]([^'"\n]+)['"]/g),
    ...code.matchAll(/\b(?:import|require|\.resolve)\(\s*['"]([^'"\n]+)['"]\s*\)/g),
  ].map((match) => match[1] as string)
  return specifiers
    .filter((specifier) => !specifier.startsWith('.') && !isBuiltin(specifier))
    .map((specifier) => /^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier)
}

const runtimeDependencies = ({ dependencies, peerDependencies, optionalDependencies }: PublishedManifest) => ({
  ...dependencies,
  ...peerDependencies,
  ...optionalDependencies,
})
