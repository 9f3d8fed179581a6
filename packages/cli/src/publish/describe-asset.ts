import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { resolve } from 'node:path'
import { type Hex, isProtocolError, type Metadata, SAMPLE_ROWS_MAX } from '@gristmill/protocol'
import { describeTable } from '@gristmill/runner'
import { ArgumentError, FileError } from '../argument-errors.js'
import type { Io } from '../io.js'
import { warn } from '../output.js'
import { startProgress } from '../progress.js'
import type { Asset } from './asset.js'

/** What of the content itself becomes public, as the maker chose. */
export interface DisclosureOptions {
  statistics?: true
  sampleRows?: string
  sample?: string
  /** With --checksums. */
  checksums?: true
}

type Described = Pick<Metadata, 'columns' | 'rows' | 'sample' | 'checksums'>

/** Reads the files once: their checksums, and of a single CSV columns, rows, and what else the maker gives away. */
export async function describeAsset(io: Io, asset: Asset, options: DisclosureOptions): Promise<Described> {
  const sampleRows = sampleRowsOf(options)
  const [only, another] = asset.files
  const isTable = another === undefined && only !== undefined && /\.csv$/i.test(only.name)
  const asks = [
    ['--statistics', options.statistics],
    ['--sample-rows', options.sampleRows],
    ['--sample', options.sample],
  ] as const
  const asked = asks.find(([, value]) => value !== undefined)
  if (!isTable && asked !== undefined) throw new ArgumentError(asked[0], 'is for a single CSV.')

  const checksums: Hex[] = []
  let table: Described = {}
  const read = readFiles(io, asset, checksums)
  if (isTable) {
    try {
      table = await describeTable({ source: read, statistics: options.statistics === true, sampleRows })
    } catch (error) {
      if (!isProtocolError(error) || !error.code.startsWith('TABLE_')) throw error
      if (asked !== undefined) throw error
      warn(io, `${only.name} is listed without columns: ${error.message}`)
      checksums.length = 0
      if (options.checksums) await drain(readFiles(io, asset, checksums))
    }
  } else if (options.checksums) await drain(read)
  if (options.sample !== undefined) table = { ...table, sample: await readSample(io, options.sample, table) }
  return { ...table, ...(options.checksums ? { checksums } : {}) }
}

/** What becomes public, in plain words. */
export function disclosureOf({ files, checksums, columns, rows, sample, creator }: Metadata): string {
  const statistics = columns?.some((column) => column.statistics !== undefined) === true
  const words = [
    `title, description, licence, names and sizes of ${files.length === 1 ? 'the file' : `${files.length} files`}`,
    creator === undefined ? undefined : 'who made it',
    checksums === undefined ? undefined : 'their sha256, by which who guesses the content can confirm it',
    columns === undefined ? undefined : `the names of ${columns.length} columns and that there are ${rows} rows`,
    statistics ? 'of every column missing and distinct values, of numbers minimum, maximum and mean' : undefined,
    sample === undefined ? undefined : `${sample.length} rows of data, as they are`,
  ]
  const told = words.filter((word) => word !== undefined).join('; ')
  const kept = [statistics ? undefined : 'no statistics', sample === undefined ? 'no rows' : undefined]
  const not = kept.filter((word) => word !== undefined).join(', ')
  return not === '' ? told : `${told}; ${not}`
}

function sampleRowsOf({ sampleRows, sample }: DisclosureOptions): number {
  if (sampleRows === undefined) return 0
  if (sample !== undefined) throw new ArgumentError('--sample-rows', 'and --sample say the same.')
  if (!/^[1-9][0-9]{0,2}$/.test(sampleRows) || Number(sampleRows) > SAMPLE_ROWS_MAX) {
    throw new ArgumentError('--sample-rows', `${sampleRows} is not a number from 1 to ${SAMPLE_ROWS_MAX}.`)
  }
  return Number(sampleRows)
}

/** Rows of another file with the same columns: made up, or chosen by hand. */
async function readSample(io: Io, name: string, { columns = [] }: Described): Promise<string[][]> {
  const path = resolve(io.cwd, name)
  const source = createReadStream(path)
  const found = await describeTable({ source, sampleRows: SAMPLE_ROWS_MAX + 1 }).catch((error: unknown) => {
    if (isProtocolError(error)) throw error
    throw new FileError(path, 'cannot be read: check path and permissions.', error)
  })
  const [own, other] = [columns, found.columns].map((list) => list.map((column) => column.name).join(', '))
  if (own !== other) throw new ArgumentError('--sample', `has the columns ${other}, the data has ${own}.`)
  if (found.rows > SAMPLE_ROWS_MAX) throw new ArgumentError('--sample', `has more than ${SAMPLE_ROWS_MAX} rows.`)
  return found.sample ?? []
}

async function* readFiles(io: Io, { paths, sizeBytes }: Asset, checksums: Hex[]): AsyncGenerator<Uint8Array> {
  using progress = startProgress(io)
  let doneBytes = 0
  for (const path of paths) {
    const hash = createHash('sha256')
    try {
      for await (const chunk of createReadStream(path, { highWaterMark: 1_048_576 })) {
        hash.update(chunk)
        yield chunk
        doneBytes += chunk.length
        progress.report({ label: 'Reads the content', doneBytes, totalBytes: sizeBytes })
      }
    } catch (error) {
      throw new FileError(path, 'cannot be read to its end: check it.', error)
    }
    checksums.push(`0x${hash.digest('hex')}`)
  }
}

async function drain(source: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const _chunk of source);
}
