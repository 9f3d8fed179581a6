import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const CONTRACTS = fileURLToPath(new URL('..', import.meta.url))
const require = createRequire(import.meta.url)

/** Offsets are bytes: sources are handled as latin1, where a character is one. */
export interface Node {
  nodeType: string
  id: number
  /** `start:length:file` */
  src: string
  typeDescriptions?: { typeString?: string }
  // biome-ignore lint/suspicious/noExplicitAny: what a node has depends on its type
  [key: string]: any
}

export type Sources = Record<string, string>

interface Message {
  severity: string
  formattedMessage: string
  sourceLocation?: { file: string; start: number; end: number }
}

export interface Compiled {
  errors: Message[]
  sources: Record<string, { ast: Node }>
  contracts: Record<string, Record<string, CompiledContract>>
}

interface CompiledContract {
  abi: unknown[]
  evm: { bytecode: Code; deployedBytecode: Code }
}

interface Code {
  object: string
  linkReferences: Record<string, Record<string, { start: number; length: number }[]>>
  immutableReferences?: Record<string, unknown>
}

/** Everything that tests deploy, by the path they import it by. */
export function readSources(): Sources {
  const roots = ['src', 'test/attacks/contracts'].flatMap(list)
  const files = [...roots, '@openzeppelin/contracts/governance/TimelockController.sol']
  const sources: Sources = { 'probe/Probe.sol': read('probe/Probe.sol') }
  const visit = (name: string): void => {
    if (sources[name] !== undefined) return
    sources[name] = read(name)
    for (const [, path] of sources[name].matchAll(/^import\s[^;]*?"([^"]+)";/gm)) {
      visit(path!.startsWith('.') ? join(name, '..', path!) : path!)
    }
  }
  files.forEach(visit)
  return sources
}

const list = (folder: string): string[] =>
  readdirSync(join(CONTRACTS, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.sol'))
    .map((name) => join(folder, name))

const read = (name: string): string =>
  readFileSync(name.startsWith('@') ? require.resolve(name) : join(CONTRACTS, name), 'latin1')

/** The contracts under test: those that are deployed, and what is inlined into them. */
export const isUnderTest = (name: string): boolean =>
  name.startsWith('src/') && !name.startsWith('src/test/') && !name.startsWith('src/interfaces/')

interface Solc {
  compile(input: string): string
}

/** Without the optimizer, which takes most of the time; what a source does is the same. */
export function compile(
  sources: Sources,
  outputs: readonly string[],
  optimizer: object = { enabled: false },
): Compiled {
  const content = Object.entries(sources).map(([name, text]) => [
    name,
    { content: Buffer.from(text, 'latin1').toString('utf8') },
  ])
  const input = {
    language: 'Solidity',
    sources: Object.fromEntries(content),
    settings: {
      viaIR: true,
      evmVersion: 'prague',
      optimizer,
      metadata: { appendCBOR: false },
      outputSelection: { '*': { '*': outputs, '': ['ast'] } },
    },
  }
  const solc = require('solc') as Solc
  const output = JSON.parse(solc.compile(JSON.stringify(input))) as Partial<Compiled>
  const errors = (output.errors ?? []).filter(({ severity }) => severity === 'error')
  return { contracts: {}, sources: {}, ...output, errors }
}

/** Calls `visit` with every node below `node` and those above it, the nearest last. */
export function walk(
  node: Node,
  visit: (node: Node, parents: readonly Node[]) => void,
  parents: readonly Node[] = [],
): void {
  visit(node, parents)
  const below = [...parents, node]
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (child && typeof child === 'object' && typeof child.nodeType === 'string') walk(child, visit, below)
    }
  }
}

export interface Span {
  start: number
  end: number
}

export function spanOf(node: Node): Span {
  const [start, length] = node.src.split(':').map(Number) as [number, number]
  return { start, end: start + length }
}

/** Text around a span of a source. */
export interface Wrap extends Span {
  before: string
  after: string
}

/** Puts all `wraps`, which nest, around their spans. */
export function wrapAll(source: string, wraps: readonly Wrap[]): string {
  const size = ({ start, end }: Span): number => end - start
  const opening = wraps.toSorted((a, b) => a.start - b.start || size(b) - size(a))
  // Of spans that end together the inner one closes first; of equal spans, that which opened last.
  const closing = opening.toReversed().sort((a, b) => a.end - b.end || size(a) - size(b))
  let text = ''
  let at = 0
  const copyTo = (end: number): void => {
    text += source.slice(at, end)
    at = end
  }
  while (opening.length + closing.length > 0) {
    const [open, close] = [opening[0], closing[0]!]
    if (open && (open.start < close.end || (open.start === close.end && size(open) === 0))) {
      copyTo(open.start)
      text += opening.shift()!.before
    } else {
      copyTo(close.end)
      text += closing.shift()!.after
    }
  }
  return text + source.slice(at)
}
