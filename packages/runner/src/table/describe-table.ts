import { createColumnProfile } from './column-profile.js'
import type { TableLimits } from './limits.js'
import { type ByteSource, readCsv } from './read-csv.js'

/** Distinct texts up to which a column is said to hold categories. */
const CATEGORIES_MAX = 32

/** What `describeTable` takes. */
export interface DescribeTableParams {
  source: ByteSource
  limits?: TableLimits
}

/** Columns and rows of a CSV. */
export interface DescribedTable {
  /** In the order of the file. */
  columns: { name: string; type: 'number' | 'category' | 'text' }[]
  rows: number
}

/** Reads a CSV through and says what it holds; no column has to be of use to an algorithm. */
export async function describeTable({ source, limits }: DescribeTableParams): Promise<DescribedTable> {
  const csv = await readCsv(source, limits)
  const profiles = csv.columns.map((name) => createColumnProfile(name, CATEGORIES_MAX))
  let rows = 0
  for await (const { line, cells } of csv.rows) {
    rows++
    for (const [index, profile] of profiles.entries()) profile.add(cells[index]!, line)
  }
  return { columns: profiles.map((profile) => ({ name: profile.name, type: profile.type() })), rows }
}
