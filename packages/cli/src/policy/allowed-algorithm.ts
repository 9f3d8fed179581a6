import { createHash } from 'node:crypto'
import { extname, resolve } from 'node:path'
import {
  type AllowedAlgorithm,
  allowedAlgorithmSchema,
  bytes32Schema,
  type Hex,
  type Runtime,
} from '@gristmill/protocol'
import { ArgumentError } from '../argument-errors.js'
import type { Io } from '../io.js'
import { readBounded } from '../read-bounded.js'

/** Largest algorithm that is read; datatrusts take less. */
const MODULE_BYTES_MAX = 64 * 1_048_576

/** What names an algorithm in a policy. */
export function digestOf(module: Uint8Array): Hex {
  return `0x${createHash('sha256').update(module).digest('hex')}`
}

/** The digest of an algorithm that is named by its file, or by that digest. */
export async function namedDigest(io: Io, text: string): Promise<Hex> {
  const digest = bytes32Schema.safeParse(text)
  if (digest.success) return digest.data
  return digestOf(await readBounded(resolve(io.cwd, text), MODULE_BYTES_MAX))
}

const RUNTIME_OF: Readonly<Record<string, Runtime>> = { '.wasm': 'wasm', '.js': 'js', '.py': 'python' }

/** The runtime that the end of a file's name tells. */
export function runtimeOf(file: string): Runtime {
  const runtime = RUNTIME_OF[extname(file)]
  if (runtime !== undefined) return runtime
  throw new ArgumentError('--algorithm', `${file} does not say what it is for: add --runtime wasm, js or python.`)
}

/** `{"epochs":[1,20000]}` */
export function parseRanges(text: string): AllowedAlgorithm['parameters'] {
  const example = `write it like '{"epochs":[1,20000]}'.`
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw new ArgumentError('--parameters', `is not JSON: ${example}`)
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new ArgumentError('--parameters', `holds ranges by name: ${example}`)
  }
  const entries = Object.entries(json).map(([name, range]) => {
    const [min, max] = Array.isArray(range) && range.length === 2 ? (range as unknown[]) : []
    return [name, { min, max }]
  })
  const parsed = allowedAlgorithmSchema.shape.parameters.safeParse(Object.fromEntries(entries))
  if (parsed.success) return parsed.data
  throw new ArgumentError('--parameters', `holds a lowest and a highest integer by name: ${example}`)
}
