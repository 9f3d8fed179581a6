import type { ColumnStatistics } from '@gristmill/protocol'
import { createColumnProfile } from './column-profile.js'
import { createStatistics } from './column-statistics.js'
import type { TableLimits } from './limits.js'
import { type ByteSource, readCsv } from './read-csv.js'

/** Distinct texts up to which a column is said to hold categories. */
const CATEGORIES_MAX = 32

/** What `describeTable` takes. */
export interface DescribeTableParams {
  source: ByteSource
  limits?: TableLimits
  /** Tells of the values of each column, too: a choice, for it discloses something about the rows. */
  statistics?: boolean
  /** First rows that are given away as they are. */
  sampleRows?: number
}

/** Columns and rows of a CSV. */
export interface DescribedTable {
  /** In the order of the file. */
  columns: { name: string; type: 'number' | 'category' | 'text'; statistics?: ColumnStatistics }[]
  rows: number
  /** Present if it was asked for. */
  sample?: string[][]
}

/** Reads a CSV through and says what it holds; no column has to be of use to an algorithm. */
export async function describeTable(params: DescribeTableParams): Promise<DescribedTable> {
  const { source, limits, statistics = false, sampleRows = 0 } = params
  const csv = await readCsv(source, limits)
  const profiles = csv.columns.map((name) => createColumnProfile(name, CATEGORIES_MAX))
  const collectors = statistics ? csv.columns.map(() => createStatistics()) : []
  const sample: string[][] = []
  let rows = 0
  for await (const { line, cells } of csv.rows) {
    rows++
    if (rows <= sampleRows) sample.push(cells)
    for (const [index, profile] of profiles.entries()) profile.add(cells[index]!, line)
    for (const [index, collector] of collectors.entries()) collector.add(cells[index]!)
  }
  const columns = profiles.map((profile, index) => {
    const type = profile.type()
    const told = collectors[index]?.finish(type)
    return { name: profile.name, type, ...(told === undefined ? {} : { statistics: told }) }
  })
  return { columns, rows, ...(sampleRows === 0 ? {} : { sample }) }
}
