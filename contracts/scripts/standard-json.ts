import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Artifact } from './artifacts.ts'

/** What solc is given, and which compiler that is. */
export interface StandardJson {
  /** As block explorers name it. */
  compilerVersion: string
  /** By contract: the setting of the optimizer in which compilations differ. */
  optimizerRuns: Record<string, number>
  /** With the setting that most contracts have. */
  input: {
    language: 'Solidity'
    sources: Record<string, { content: string }>
    settings: Record<string, unknown>
  }
}

interface BuildInfo {
  solcLongVersion: string
  input: StandardJson['input']
}

interface BuildOutput {
  output: { sources: Record<string, { ast: AstNode }> }
}

interface AstNode {
  nodeType: string
  id: number
  name?: string
  absolutePath?: string
  nodes?: AstNode[]
}

/** A compilation as Hardhat kept it. */
export interface Build {
  info: BuildInfo
  output: BuildOutput['output']
}

/** The compilation of each artifact: one for every setting of the optimizer. */
export function readBuilds(root: string, artifacts: readonly Artifact[]): (artifact: Artifact) => Build {
  const folder = join(root, 'artifacts/build-info')
  const read = (file: string) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as never
  const builds = new Map<string, Build>()
  for (const { buildInfoId: id } of artifacts) {
    if (builds.has(id)) continue
    builds.set(id, { info: read(`${id}.json`), output: (read(`${id}.output.json`) as BuildOutput).output })
  }
  const runs = [...builds.values()].map(({ info }) => runsOf(info))
  if (new Set(runs).size < runs.length) {
    throw new Error('there are artifacts of older sources: remove contracts/artifacts')
  }
  return ({ buildInfoId }) => builds.get(buildInfoId)!
}

const runsOf = ({ input }: BuildInfo): number => (input.settings.optimizer as { runs: number }).runs

/** The input of the compilations, less what `artifacts` do not need. They share their sources. */
export function standardJsonOf(buildOf: (artifact: Artifact) => Build, artifacts: readonly Artifact[]): StandardJson {
  const contents = new Map<string, { content: string }>()
  const visit = ({ info, output }: Build, source: string, seen: Set<string>): void => {
    if (seen.has(source)) return
    seen.add(source)
    contents.set(source, info.input.sources[source]!)
    for (const node of output.sources[source]!.ast.nodes ?? []) {
      if (node.nodeType === 'ImportDirective') visit({ info, output }, node.absolutePath!, seen)
    }
  }
  for (const artifact of artifacts) visit(buildOf(artifact), artifact.inputSourceName, new Set())
  const sources = [...contents].sort(([a], [b]) => (a < b ? -1 : 1))
  // The first contract has the setting of most.
  const { info } = buildOf(artifacts[0]!)
  const { outputSelection: _all, ...settings } = info.input.settings
  const selected = [
    'abi',
    'evm.bytecode.object',
    'evm.deployedBytecode.object',
    'evm.deployedBytecode.immutableReferences',
    'evm.bytecode.linkReferences',
  ]
  return {
    compilerVersion: `v${info.solcLongVersion}`,
    optimizerRuns: Object.fromEntries(
      artifacts.map((artifact) => [artifact.contractName, runsOf(buildOf(artifact).info)]),
    ),
    input: {
      language: 'Solidity',
      sources: Object.fromEntries(sources),
      settings: { ...settings, outputSelection: { '*': { '*': [...selected, 'metadata'] } } },
    },
  }
}

/** Where the code that stays on chain lies in the creation code, and where its immutables lie in that. */
export interface RuntimeLayout {
  offsetBytes: number
  sizeBytes: number
  /** Byte offsets of 32-byte words, by the immutable's name. */
  immutables: Record<string, number[]>
  /** Byte offsets, in the creation code, of the 20-byte addresses of libraries, by the library's name. */
  libraries: Record<string, number[]>
}

const ADDRESS_BYTES = 20

/** The layout of a contract's code; checked: the code on chain is a part of the creation code. */
export function runtimeLayoutOf({ output }: Build, artifact: Artifact): RuntimeLayout {
  const { bytecode, deployedBytecode, immutableReferences, linkReferences } = artifact
  const position = bytecode.indexOf(deployedBytecode.slice(2))
  if (position < 0) throw new Error(`the creation code of ${artifact.contractName} does not hold its runtime code`)
  const immutables: Record<string, number[]> = {}
  for (const [id, references] of Object.entries(immutableReferences)) {
    const name = nameOf(output, Number(id))
    if (references.some(({ length }) => length !== 32)) throw new Error(`${name} is no word`)
    immutables[name] = references.map(({ start }) => start)
  }
  const libraries: Record<string, number[]> = {}
  for (const [name, references] of Object.values(linkReferences).flatMap((file) => Object.entries(file))) {
    if (references.some(({ length }) => length !== ADDRESS_BYTES)) throw new Error(`${name} is no address`)
    libraries[name] = references.map(({ start }) => start)
  }
  return { offsetBytes: position / 2 - 1, sizeBytes: deployedBytecode.length / 2 - 1, immutables, libraries }
}

function nameOf({ sources }: BuildOutput['output'], id: number): string {
  for (const { ast } of Object.values(sources)) {
    for (const unit of ast.nodes ?? []) {
      const found = unit.nodes?.find((node) => node.id === id)
      if (found?.name !== undefined) return found.name
    }
  }
  throw new Error(`the syntax tree names no immutable ${id}`)
}
