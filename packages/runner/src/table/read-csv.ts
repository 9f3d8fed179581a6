import { pipeline, Readable } from 'node:stream'
import { CsvError, type Info, parse } from 'csv-parse'
import { TableEmptyError, TableHeaderError, TableRaggedError, TableSyntaxError, TableTooLargeError } from './errors.js'
import { TABLE_LIMITS, type TableLimits } from './limits.js'

/** Bytes of a file, in order. */
export type ByteSource = AsyncIterable<Uint8Array>

export interface CsvRow {
  /** Of the file, from 1; the last one of a row with quoted line breaks. */
  line: number
  cells: string[]
}

/** A CSV whose header was read and whose rows are still to come. */
export interface Csv {
  columns: readonly string[]
  /** To be read once, to the end or not at all. */
  rows: AsyncGenerator<CsvRow, void, undefined>
}

/**
 * Opens a CSV strictly: UTF-8, commas, RFC 4180 quotes, a header with distinct names, rows of its length. Blanks around
 * cells and empty lines are skipped. Memory is bounded by one row and the stream's buffers.
 */
export async function readCsv(source: ByteSource, limits: TableLimits = TABLE_LIMITS): Promise<Csv> {
  const records = readRecords(source, limits)
  try {
    const first = await records.next()
    if (first.done) throw new TableEmptyError()
    const columns = requireHeader(first.value.cells, limits)
    return { columns, rows: readRows(records, columns.length, limits) }
  } catch (error) {
    await records.return()
    throw error
  }
}

async function* readRows(
  records: AsyncGenerator<CsvRow, void>,
  width: number,
  limits: TableLimits,
): AsyncGenerator<CsvRow, void> {
  let rows = 0
  for await (const row of records) {
    if (row.cells.length !== width) throw new TableRaggedError(row.line, width, row.cells.length)
    if (++rows > limits.rows) throw new TableTooLargeError({ line: row.line }, 'rows', limits.rows)
    yield row
  }
  if (rows === 0) throw new TableEmptyError()
}

function requireHeader(columns: readonly string[], limits: TableLimits): readonly string[] {
  if (columns.length > limits.columns) throw new TableTooLargeError({ line: 1 }, 'columns', limits.columns)
  const empty = columns.indexOf('')
  if (empty >= 0) throw new TableHeaderError({}, `column ${empty + 1} has no name`)
  const repeated = columns.find((name, index) => columns.indexOf(name) !== index)
  if (repeated !== undefined) throw new TableHeaderError({ column: shorten(repeated) }, 'the name appears twice')
  const unusable = columns.find((name) => name.length > 200 || /\p{Cc}/u.test(name))
  if (unusable !== undefined) {
    throw new TableHeaderError(
      { column: shorten(unusable) },
      'the name is longer than 200 characters or holds a control character',
    )
  }
  if (columns.length < 2) throw new TableHeaderError({}, 'there is only one column, a feature and a label are needed')
  return columns
}

const shorten = (name: string) => (name.length > 40 ? `${name.slice(0, 40)}...` : name).replaceAll(/\p{Cc}/gu, '?')

async function* readRecords(source: ByteSource, limits: TableLimits): AsyncGenerator<CsvRow, void> {
  const parser = parse({
    bom: true,
    info: true,
    max_record_size: limits.rowBytes,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    skip_empty_lines: true,
    trim: true,
  })
  // NOTE: pipeline destroys the parser with the source's error; the loop below throws it.
  pipeline(Readable.from(decodeStrictly(source, limits)), parser, () => {})
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: Info }>) {
      yield { line: info.lines, cells: record }
    }
  } catch (error) {
    throw error instanceof CsvError ? describe(error, limits) : error
  }
}

async function* decodeStrictly(source: ByteSource, limits: TableLimits): AsyncGenerator<string, void> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  const decode = (chunk?: Uint8Array) => {
    try {
      return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true })
    } catch (cause) {
      throw new TableSyntaxError({}, 'the text is not UTF-8', { cause })
    }
  }
  let sizeBytes = 0
  for await (const chunk of source) {
    sizeBytes += chunk.length
    if (sizeBytes > limits.sizeBytes) throw new TableTooLargeError({}, 'bytes', limits.sizeBytes)
    const text = decode(chunk)
    if (text.length > 0) yield text
  }
  const rest = decode()
  if (rest.length > 0) yield rest
}

function describe(error: CsvError, limits: TableLimits): Error {
  const line = typeof error.lines === 'number' ? { line: error.lines } : {}
  switch (error.code) {
    case 'CSV_MAX_RECORD_SIZE':
      return new TableTooLargeError(line, 'bytes in one row', limits.rowBytes)
    case 'CSV_QUOTE_NOT_CLOSED':
      return new TableSyntaxError(line, 'a quote is opened but never closed')
    default:
      // NOTE: the library's own message quotes the data, so it is not passed on.
      return new TableSyntaxError(line, 'a quote stands where none may')
  }
}
