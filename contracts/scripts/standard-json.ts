import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Artifact } from './artifacts.ts'

/** What solc is given, and which compiler that is. */
export interface StandardJson {
  /** As block explorers name it. */
  compilerVersion: string
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

/** The one compilation from which all `artifacts` come. */
export function readBuild(root: string, artifacts: readonly Artifact[]): Build {
  const ids = new Set(artifacts.map(({ buildInfoId }) => buildInfoId))
  if (ids.size !== 1) throw new Error('the contracts come from more than one compilation: remove contracts/artifacts')
  const [id] = ids
  const folder = join(root, 'artifacts/build-info')
  const read = (file: string) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as never
  if (!readdirSync(folder).includes(`${id}.json`)) throw new Error(`there is no build info ${id}`)
  return { info: read(`${id}.json`), output: (read(`${id}.output.json`) as BuildOutput).output }
}

/** The input of a compilation, less what `artifacts` do not need. */
export function standardJsonOf({ info, output }: Build, artifacts: readonly Artifact[]): StandardJson {
  const needed = new Set<string>()
  const visit = (source: string): void => {
    if (needed.has(source)) return
    needed.add(source)
    for (const node of output.sources[source]!.ast.nodes ?? []) {
      if (node.nodeType === 'ImportDirective') visit(node.absolutePath!)
    }
  }
  for (const { inputSourceName } of artifacts) visit(inputSourceName)
  const sources = [...needed].sort().map((source) => [source, info.input.sources[source]!] as const)
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
