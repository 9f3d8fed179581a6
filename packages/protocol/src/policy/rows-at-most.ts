import { ProtocolError } from '../error.js'

/** The size of the data is unknown, so nothing can be said about rows. */
export class UnmeasuredTableError extends ProtocolError {
  readonly code = 'UNMEASURED_TABLE'

  constructor(size: TableSize) {
    super('the table has no rows or no compressed size; measure the data first', { details: { ...size } })
  }
}

/** How much there is to leak: a table and its size after the best lossless compression at hand. */
export interface TableSize {
  rows: number
  compressedBytes: number
}

/**
 * At most this many rows could leave with `bits`: bits over the compressed bits per row, rounded up, never more than all.
 * Rows of average size are meant; where rows differ much in size, more of the small ones fit.
 */
export function rowsAtMost(bits: number, { compressedBytes, rows }: TableSize): number {
  if (!(Number.isSafeInteger(rows) && rows > 0 && Number.isSafeInteger(compressedBytes) && compressedBytes > 0)) {
    throw new UnmeasuredTableError({ rows, compressedBytes })
  }
  const totalBits = 8n * BigInt(compressedBytes)
  const atMost = (BigInt(bits) * BigInt(rows) + totalBits - 1n) / totalBits
  return atMost > BigInt(rows) ? rows : Number(atMost)
}

/** What an owner is told before agreeing to a policy or a run. */
export function leakStatement(bits: number, size: TableSize): string {
  const atMost = rowsAtMost(bits, size)
  return `at most ${atMost} of ${size.rows} rows could leave (${bits} bits; a row compresses to ${((8 * size.compressedBytes) / size.rows).toFixed(1)} bits on average)`
}
