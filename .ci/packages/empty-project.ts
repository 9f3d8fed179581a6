import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../workspace.ts'
import type { PackedPackage } from './pack.ts'

/** Programs of somebody who uses the packages; each prints what it found. */
const PROGRAMS = join(import.meta.dirname, 'consumer')

export interface Outcome {
  status: number
  output: string
  /** Why nothing could be installed, if it is not the packages' fault. */
  unreachable?: string
}

interface Command {
  command: string
  args: readonly string[]
  cwd: string
  /** Folder of the `node` to run under; default: this process's. */
  nodeBin?: string | undefined
}

/** Runs a command as somebody outside of this workspace would: without what a package manager left in the environment. */
export function runOutside({ command, args, cwd, nodeBin }: Command): Outcome {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(npm_package|npm_lifecycle|NODE_OPTIONS|VITEST|TEST$)/.test(name),
    ),
  )
  const PATH = nodeBin === undefined ? env.PATH : `${nodeBin}:${env.PATH}`
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, env: { ...env, PATH }, encoding: 'utf8' })
  return { status: status ?? 1, output: [stdout, stderr, error?.message].filter(Boolean).join('\n').trim() }
}

/** Makes a project with nothing in it but the programs and what they name. */
export function makeProject(
  directory: string,
  packed: readonly PackedPackage[],
  versions: Record<string, string>,
): void {
  mkdirSync(directory)
  cpSync(PROGRAMS, directory, { recursive: true })
  const tarballs = Object.fromEntries(packed.map(({ manifest, tarball }) => [manifest.name, `file:${tarball}`]))
  writeJson(join(directory, 'package.json'), {
    name: 'empty-project',
    private: true,
    type: 'module',
    dependencies: { ...tarballs, ...versions },
  })
  // None of these is in a registry yet, so that pnpm has to be told where each finds the others; and no scripts run.
  writeJson(join(directory, 'pnpm-workspace.yaml'), { packages: [], overrides: tarballs, strictDepBuilds: false })
}

/** Installs with npm or pnpm, without running scripts of dependencies. */
export function install(manager: 'npm' | 'pnpm', directory: string, nodeBin?: string): Outcome {
  const args = {
    npm: ['install', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts'],
    pnpm: ['install', '--prefer-offline', '--ignore-scripts'],
  }
  const result = runOutside({ command: manager, args: args[manager], cwd: directory, nodeBin })
  const network = /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT)\b/.exec(
    result.output,
  )
  return result.status !== 0 && network ? { ...result, unreachable: `no registry: ${network[0]}` } : result
}

/** The folder of a Node of exactly this version, from the package that the `node` package of npm itself takes it from. */
export function installNode(directory: string, version: string): string {
  const name = `node-${process.platform}-${process.arch}`
  mkdirSync(directory)
  writeJson(join(directory, 'package.json'), { name: 'old-node', private: true, dependencies: { [name]: version } })
  const { status, output } = install('npm', directory)
  if (status !== 0) throw new Error(output)
  return join(directory, 'node_modules', name, 'bin')
}

/** The version that this workspace has of a package. */
export function installedVersion(name: string): string {
  const manifest = readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8')
  return (JSON.parse(manifest) as { version: string }).version
}

/** Imports every entry point of every package, and says under each how many names it gives. */
export function writeImportAll(directory: string, packed: readonly PackedPackage[]): string[] {
  const entries = packed.flatMap(({ manifest }) =>
    Object.keys(manifest.exports ?? {}).map((entry) => join(manifest.name, entry)),
  )
  const lines = entries.map((entry) => `console.log('${entry}', Object.keys(await import('${entry}')).length > 0)`)
  writeFileSync(join(directory, 'import-all.js'), lines.join('\n'))
  return entries
}

/** JSON is YAML too. */
const writeJson = (path: string, value: unknown): void => writeFileSync(path, JSON.stringify(value, null, 2))
