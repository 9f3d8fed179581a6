import { readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { ticTacToeCsv } from '@gristmill/example-logistic-regression'
import { type Policy, policyFor, type Table, type TableSize } from '@gristmill/protocol'
import { inferTable, inspectTable, WASM_LIMITS } from '@gristmill/runner'
import { allowedAlgorithm } from './algorithm.js'
import { chunksOf } from './chunks.js'
import { DemoDataError } from './errors.js'
import type { Options } from './options.js'
import { splitRows } from './split-rows.js'

const MIB = 1024 * 1024
const MAX_BYTES = 64 * MIB

/** The CSV that the demo is about, and what follows from it. */
export interface Dataset {
  /** Name of the file, as listed. */
  name: string
  /** What a person calls it. */
  title: string
  csv: Uint8Array
  rows: number
  /** Schema of all rows: public, part of the policy. */
  table: Table
  /** Columns that no algorithm sees, and why. */
  ignored: readonly { name: string; reason: string }[]
  /** Four fifths of the rows: they are listed for compute only. */
  records: Uint8Array
  recordsSize: TableSize
  /** The other fifth, which only the sponsor has, to judge the model by. */
  unseen: Uint8Array
  /** What may leave the records. */
  policy: Policy
}

/** Reads the user's CSV, or makes the tic-tac-toe endgames, and settles whether the story can be told with it. */
export async function readDataset(options: Options): Promise<Dataset> {
  const { name, title, csv } = options.data === undefined ? endgames() : await readCsvFile(options.data)
  const label = options.label === undefined ? {} : { label: options.label }
  const { table, size, ignored } = await inferTable({
    source: chunksOf(csv),
    unusableColumns: 'ignore',
    // What the demo trains is a classifier.
    labelType: 'classes',
    ...label,
  })
  const { rows } = size
  const { records, unseen, lines } = splitRows(csv)
  if (lines !== rows)
    throw new DemoDataError(
      'The demo divides a CSV by lines, and this one has quoted line breaks; remove them first.',
      {
        details: { lines, rows },
      },
    )
  const policy = policyFor({ table, algorithms: [await allowedAlgorithm()], slotSeconds: 1 })
  const encodedBytesMax = WASM_LIMITS.memoryBytes
  const recordsSize = await inspectTable({ source: chunksOf(records), policy, encodedBytesMax })
  return { name, title, csv, rows, table, ignored, records, recordsSize, unseen, policy }
}

const endgames = () => ({
  name: 'tic-tac-toe.csv',
  title: 'Tic-tac-toe endgames',
  csv: new TextEncoder().encode(ticTacToeCsv()),
})

async function readCsvFile(path: string) {
  const file = await stat(path).catch((cause) => {
    throw new DemoDataError(`${path} cannot be read; give the path of a CSV file with --data.`, { cause })
  })
  if (!file.isFile() || file.size === 0 || file.size > MAX_BYTES)
    throw new DemoDataError(`${path} must be a file of 1 byte to ${MAX_BYTES / MIB} MiB for this demo.`, {
      details: { sizeBytes: file.size },
    })
  const name = basename(path)
  return { name, title: name, csv: new Uint8Array(await readFile(path)) }
}
