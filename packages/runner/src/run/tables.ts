import { createHmac } from 'node:crypto'
import type { Policy } from '@gristmill/protocol'
import type { TableLimits } from '../table/limits.js'
import type { ByteSource } from '../table/read-csv.js'
import { type EncodedTable, readTable } from '../table/read-table.js'
import { keepBytes } from './keep-bytes.js'
import type { RunSecrets } from './secrets.js'
import { type Split, splitRows } from './split.js'

/** One owner's rows, or those of all owners of a run. */
export interface RunTable {
  table: EncodedTable
  split: Split
  /** The file, where the policy has it scanned for; empty otherwise, and for all owners' rows together. */
  csv: Uint8Array
}

/** How many rows there are, for those who own them. */
export interface TableSizes {
  rows: number
  trainRows: number
  holdoutRows: number
}

export interface ReadTablesParams {
  sources: readonly ByteSource[]
  policy: Policy
  /** Most memory for the encoded features of all tables together. */
  encodedBytesMax: number
  limits: TableLimits
  secrets: Pick<RunSecrets, 'holdout'>
}

/** Reads the tables of a run, each with rows held back of its own. */
export async function readTables(params: ReadTablesParams): Promise<RunTable[]> {
  const { sources, policy, limits, secrets } = params
  const tables: RunTable[] = []
  let encodedBytesMax = params.encodedBytesMax
  for (const [index, source] of sources.entries()) {
    const kept = policy.checks.scan === undefined ? undefined : keepBytes(source)
    const table = await readTable({ source: kept?.source ?? source, table: policy.table, encodedBytesMax, limits })
    encodedBytesMax -= table.features.byteLength
    const split = splitRows(table.rows, policy.checks.holdoutBps, holdoutKeyOf(secrets, index))
    tables.push({ table, split, csv: kept?.bytes() ?? new Uint8Array() })
  }
  return tables
}

/** Each table holds back rows of its own; of a table alone it is the run's key. */
function holdoutKeyOf({ holdout }: Pick<RunSecrets, 'holdout'>, table: number): Uint8Array {
  return table === 0 ? holdout : new Uint8Array(createHmac('sha256', holdout).update(`table ${table}`).digest())
}

/** All rows of all tables, one table after the other; what each holds back is held back. */
export function joinTables(tables: readonly RunTable[]): RunTable {
  const [first] = tables
  if (first === undefined) throw new RangeError('a run needs a table')
  if (tables.length === 1) return first
  const { dimensions } = first.table
  const rows = tables.reduce((sum, { table }) => sum + table.rows, 0)
  const [features, labels] = [new Float64Array(rows * dimensions), new Float64Array(rows)]
  const [train, holdout]: [number[], number[]] = [[], []]
  let start = 0
  for (const { table, split } of tables) {
    features.set(table.features, start * dimensions)
    labels.set(table.labels, start)
    for (const row of split.train) train.push(start + row)
    for (const row of split.holdout) holdout.push(start + row)
    start += table.rows
  }
  return {
    table: { rows, dimensions, features, labels },
    split: { train: Uint32Array.from(train), holdout: Uint32Array.from(holdout) },
    csv: new Uint8Array(),
  }
}

export function sizesOf({ table, split }: RunTable): TableSizes {
  return { rows: table.rows, trainRows: split.train.length, holdoutRows: split.holdout.length }
}
