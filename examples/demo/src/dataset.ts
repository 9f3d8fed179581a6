import { readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { DemoDataError } from './errors.js'
import type { Options } from './options.js'
import { ticTacToeCsv } from './tic-tac-toe.js'

const MIB = 1024 * 1024
const MAX_BYTES = 64 * MIB
/** Every fifth row stays with the sponsor, to judge the model by. */
const KEEP_EVERY = 5

export interface Dataset {
  /** Name of the file, as listed. */
  name: string
  /** What a person calls it. */
  title: string
  csv: Uint8Array
  /** Column to predict; the last if not given. */
  label?: string
}

/** The CSV that the demo is about: the user's, or the tic-tac-toe endgames. */
export async function readDataset({ data, label }: Options): Promise<Dataset> {
  if (data === undefined)
    return { name: 'tic-tac-toe.csv', title: 'Tic-tac-toe endgames', csv: new TextEncoder().encode(ticTacToeCsv()) }
  const file = await stat(data).catch((cause) => {
    throw new DemoDataError(`${data} cannot be read; give the path of a CSV file with --data.`, { cause })
  })
  if (!file.isFile() || file.size === 0 || file.size > MAX_BYTES)
    throw new DemoDataError(`${data} must be a file of 1 byte to ${MAX_BYTES / MIB} MiB for this demo.`, {
      details: { sizeBytes: file.size },
    })
  const name = basename(data)
  return { name, title: name, csv: await readFile(data), ...(label === undefined ? {} : { label }) }
}

export interface Split {
  /** The CSV that goes to the data's keeper. */
  records: Uint8Array
  /** Rows that only the sponsor has, header included: the model never sees them. */
  unseen: Uint8Array
}

/**
 * Divides a CSV by rows, every fifth to the sponsor. Rows are lines here: the demo refuses quoted line breaks.
 */
export function splitRows(csv: Uint8Array): Split {
  const text = new TextDecoder('utf-8', { fatal: true }).decode(csv)
  const [header = '', ...rows] = text.split(/\r?\n/).filter((line) => line !== '')
  const join = (lines: string[]) => new TextEncoder().encode(`${[header, ...lines].join('\n')}\n`)
  return {
    records: join(rows.filter((_, index) => index % KEEP_EVERY !== KEEP_EVERY - 1)),
    unseen: join(rows.filter((_, index) => index % KEEP_EVERY === KEEP_EVERY - 1)),
  }
}
