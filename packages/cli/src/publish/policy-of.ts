import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { extname, resolve } from 'node:path'
import {
  type AllowedAlgorithm,
  allowedAlgorithmSchema,
  bytes32Schema,
  leakBits,
  leakStatement,
  type Policy,
  parsePolicy,
  policyFor,
  type Runtime,
  rowsAtMost,
} from '@gristmill/protocol'
import { DEFAULT_LIMITS, inferTable, inspectTable } from '@gristmill/runner'
import { ArgumentError, FileError } from '../cli-errors.js'
import { parseDuration } from '../duration.js'
import type { Io } from '../io.js'
import { note } from '../output.js'
import { type Asset, watchAsset } from './asset.js'

/** Largest policy and module that are read. */
const POLICY_BYTES_MAX = 8 * 1_048_576
const MODULE_BYTES_MAX = 64 * 1_048_576

export interface PolicyOptions {
  policy?: string
  label?: string
  algorithm?: string[]
  runtime?: Runtime
  parameters?: string
  runs?: string
  runsPerSponsor?: string
  slot?: string
  airlock?: 'owner' | 'auto'
  minAccuracy?: string
}

export interface PolicyOfData {
  policy: Policy
  rowsAtMost: number
  /** What may leave in one run, as a sentence. */
  statement: string
}

/** The policy that the options describe, checked against the data: runs under it can succeed. Undefined if they name none. */
export async function policyOf(io: Io, asset: Asset, options: PolicyOptions): Promise<PolicyOfData | undefined> {
  if (options.policy === undefined && options.label === undefined) {
    for (const name of [
      'algorithm',
      'runtime',
      'parameters',
      'runs',
      'runsPerSponsor',
      'slot',
      'airlock',
      'minAccuracy',
    ] as const) {
      if (options[name] !== undefined)
        throw new ArgumentError('--label', 'is missing: name the column that is predicted.')
    }
    return undefined
  }
  if (options.policy !== undefined && options.label !== undefined) {
    throw new ArgumentError('--policy', 'says it all: leave --label out.')
  }
  if (asset.files.length > 1) throw new ArgumentError('file', 'a policy is for one CSV: name one file.')
  const policy =
    options.policy === undefined ? await inferPolicy(io, asset, options) : await readPolicy(io, options.policy)
  const source = watchAsset(io, asset, 'Checks the table')
  const size = await inspectTable({ source, policy, encodedBytesMax: tableBytesMax(policy) })
  const bits = leakBits(policy)
  return { policy, rowsAtMost: rowsAtMost(bits, size), statement: leakStatement(bits, size) }
}

async function inferPolicy(io: Io, asset: Asset, options: PolicyOptions): Promise<Policy> {
  const { label = '', algorithm: named = [], parameters = '{}' } = options
  if (named.length === 0) throw new ArgumentError('--algorithm', 'is missing: name what may run, a file or its sha256.')
  const ranges = parseRanges(parameters)
  const algorithms = await Promise.all(
    named.map(
      async (text): Promise<AllowedAlgorithm> => ({
        digest: await digestOf(io, text),
        runtime: options.runtime ?? runtimeOf(text),
        parameters: ranges,
      }),
    ),
  )
  const { table, ignored } = await inferTable({
    source: watchAsset(io, asset, 'Reads the table'),
    label,
    unusableColumns: 'ignore',
  })
  for (const { name, reason } of ignored) note(io, `Column ${name} is used by no algorithm: ${reason}.`)
  const { runs, runsPerSponsor, slot, airlock, minAccuracy } = options
  return policyFor({
    table,
    algorithms,
    ...(runs === undefined ? {} : { runs: parseCount('--runs', runs) }),
    ...(runsPerSponsor === undefined ? {} : { runsPerSponsor: parseCount('--runs-per-sponsor', runsPerSponsor) }),
    ...(slot === undefined ? {} : { slotSeconds: parseDuration('--slot', slot) }),
    ...(airlock === undefined ? {} : { airlock }),
    ...(minAccuracy === undefined ? {} : { minAccuracyMicros: parseMicros('--min-accuracy', minAccuracy) }),
  })
}

/** With its limits by default, which the datatrust may have set lower: it checks again. */
function tableBytesMax({ algorithms }: Policy): number {
  return Math.min(...algorithms.map(({ runtime }) => DEFAULT_LIMITS[runtime].memoryBytes))
}

const RUNTIME_OF: Readonly<Record<string, Runtime>> = { '.wasm': 'wasm', '.js': 'js', '.py': 'python' }

function runtimeOf(file: string): Runtime {
  const runtime = RUNTIME_OF[extname(file)]
  if (runtime !== undefined) return runtime
  throw new ArgumentError('--algorithm', `${file} does not say what it is for: add --runtime wasm, js or python.`)
}

async function readPolicy(io: Io, name: string): Promise<Policy> {
  const file = resolve(io.cwd, name)
  const text = (await readBounded(file, POLICY_BYTES_MAX)).toString('utf8')
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw new FileError(file, 'is not JSON: it holds a policy, as gristmill show LISTING --json has one.', error)
  }
  return parsePolicy(json)
}

async function digestOf(io: Io, text: string) {
  const digest = bytes32Schema.safeParse(text)
  if (digest.success) return digest.data
  const module = await readBounded(resolve(io.cwd, text), MODULE_BYTES_MAX)
  return `0x${createHash('sha256').update(module).digest('hex')}` as const
}

async function readBounded(file: string, maxBytes: number): Promise<Buffer> {
  try {
    if ((await stat(file)).size <= maxBytes) return await readFile(file)
  } catch (error) {
    throw new FileError(file, 'cannot be read: check path and permissions.', error)
  }
  throw new FileError(file, `has more than ${maxBytes} bytes: name another file.`)
}

/** `{"epochs":[1,20000]}` */
function parseRanges(text: string): AllowedAlgorithm['parameters'] {
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

function parseCount(argument: string, text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw new ArgumentError(argument, `${text} is no number of runs: write it like 10.`)
}

function parseMicros(argument: string, text: string): number {
  if (/^(0(\.\d{1,6})?|1(\.0{1,6})?)$/.test(text)) return Math.round(Number(text) * 1e6)
  throw new ArgumentError(argument, `${text} is no share: write it like 0.8.`)
}
