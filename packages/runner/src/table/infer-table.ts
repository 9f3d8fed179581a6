import type { FeatureColumn, Table, TableSize } from '@gristmill/protocol'
import { createColumnProfile, type LabelType } from './column-profile.js'
import { measureCompressed } from './compressed-size.js'
import { ColumnUnusableError, LabelError } from './errors.js'
import type { TableLimits } from './limits.js'
import { type ByteSource, readCsv } from './read-csv.js'

/** What `inferTable` takes. */
export interface InferTableParams {
  source: ByteSource
  /** Column to predict; default the last. */
  label?: string
  /** What the label is; default a number if the column has numbers only, more of them than classes may be, else classes. */
  labelType?: LabelType
  /** What to do with a column that is neither numbers nor a few categories; default "refuse". */
  unusableColumns?: 'refuse' | 'ignore'
  /** Distinct values up to which a column of text is categories; default 32, at most 256. */
  categoriesMax?: number
  /** Classes up to which a label is accepted; default 16, at most 64. */
  classesMax?: number
  limits?: TableLimits
}

/** What a CSV turned out to be. */
export interface InferredTable {
  table: Table
  size: TableSize
  /** Of the CSV. */
  sizeBytes: number
  /** Columns left out, and why. */
  ignored: readonly { name: string; reason: string }[]
}

/** Describes a CSV: its columns, the public bounds of its numbers, its categories and classes, and how much it holds. */
export async function inferTable(params: InferTableParams): Promise<InferredTable> {
  const { unusableColumns = 'refuse', classesMax = 16, categoriesMax = 32 } = params
  let sizeBytes = 0
  async function* counted() {
    for await (const chunk of params.source) {
      sizeBytes += chunk.length
      yield chunk
    }
  }
  const measured = measureCompressed(counted())
  try {
    const csv = await readCsv(measured.source, params.limits)
    const labelIndex = indexOfLabel(csv.columns, params.label)
    const profiles = csv.columns.map((name, index) =>
      createColumnProfile(
        name,
        Math.min(index === labelIndex ? 64 : 256, index === labelIndex ? classesMax : categoriesMax),
      ),
    )
    let rows = 0
    for await (const { line, cells } of csv.rows) {
      rows++
      for (const [index, profile] of profiles.entries()) profile.add(cells[index]!, line)
    }
    const features: FeatureColumn[] = []
    const ignored: { name: string; reason: string }[] = []
    for (const [index, profile] of profiles.entries()) {
      if (index === labelIndex) continue
      try {
        features.push(profile.toFeature())
      } catch (error) {
        if (unusableColumns === 'refuse' || !(error instanceof ColumnUnusableError)) throw error
        ignored.push({ name: profile.name, reason: error.reason })
      }
    }
    if (features.length === 0) throw new ColumnUnusableError({}, 'no column can be a feature')
    const label = profiles[labelIndex]!.toLabel(params.labelType)
    return {
      table: { features, label, ignored: ignored.map(({ name }) => name) },
      size: { rows, compressedBytes: await measured.compressedBytes() },
      sizeBytes,
      ignored,
    }
  } finally {
    measured.close()
  }
}

function indexOfLabel(columns: readonly string[], label: string | undefined): number {
  if (label === undefined) return columns.length - 1
  const index = columns.indexOf(label)
  if (index < 0) throw new LabelError({ line: 1 }, `no column is called "${label}"`)
  return index
}
