import {
  type AllowedAlgorithm,
  leakBits,
  leakStatement,
  type Policy,
  policyFor,
  type Runtime,
  rowsAtMost,
} from '@gristmill/protocol'
import { inferTable, inspectTable, type LabelType } from '@gristmill/runner'
import { ArgumentError } from '../argument-errors.js'
import { parseDuration } from '../duration.js'
import type { Io } from '../io.js'
import { note } from '../output.js'
import { namedDigest, parseRanges, runtimeOf } from '../policy/allowed-algorithm.js'
import { readPolicy } from '../policy/read-policy.js'
import { tableBytesMax } from '../policy/table-bytes-max.js'
import { type Asset, watchAsset } from './asset.js'

export interface PolicyOptions {
  policy?: string
  label?: string
  labelType?: LabelType
  algorithm?: string[]
  runtime?: Runtime
  parameters?: string
  runs?: string
  runsPerSponsor?: string
  slot?: string
  airlock?: 'owner' | 'auto'
  minAccuracy?: string
  minR2?: string
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
      'labelType',
      'algorithm',
      'runtime',
      'parameters',
      'runs',
      'runsPerSponsor',
      'slot',
      'airlock',
      'minAccuracy',
      'minR2',
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
        digest: await namedDigest(io, text),
        runtime: options.runtime ?? runtimeOf(text),
        parameters: ranges,
      }),
    ),
  )
  const { table, ignored } = await inferTable({
    source: watchAsset(io, asset, 'Reads the table'),
    label,
    ...(options.labelType === undefined ? {} : { labelType: options.labelType }),
    unusableColumns: 'ignore',
  })
  for (const { name, reason } of ignored) note(io, `Column ${name} is used by no algorithm: ${reason}.`)
  const { runs, runsPerSponsor, slot, airlock, minAccuracy, minR2 } = options
  return policyFor({
    table,
    algorithms,
    ...(runs === undefined ? {} : { runs: parseCount('--runs', runs) }),
    ...(runsPerSponsor === undefined ? {} : { runsPerSponsor: parseCount('--runs-per-sponsor', runsPerSponsor) }),
    ...(slot === undefined ? {} : { slotSeconds: parseDuration('--slot', slot) }),
    ...(airlock === undefined ? {} : { airlock }),
    ...(minAccuracy === undefined ? {} : { minAccuracyMicros: parseMicros('--min-accuracy', minAccuracy) }),
    ...(minR2 === undefined ? {} : { minR2Micros: parseMicros('--min-r2', minR2) }),
  })
}

function parseCount(argument: string, text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw new ArgumentError(argument, `${text} is no number of runs: write it like 10.`)
}

function parseMicros(argument: string, text: string): number {
  if (/^(0(\.\d{1,6})?|1(\.0{1,6})?)$/.test(text)) return Math.round(Number(text) * 1e6)
  throw new ArgumentError(argument, `${text} is no share: write it like 0.8.`)
}
