import { BPS } from '@gristmill/protocol'
import { createDraw } from './draw.js'

/** Rows of a table, each in exactly one part, ascending. */
export interface Split {
  train: Uint32Array
  holdout: Uint32Array
}

/** Number of rows held back: at least one, never all. */
export function holdoutRows(rows: number, holdoutBps: number): number {
  return Math.max(0, Math.min(rows - 1, Math.max(1, Math.floor((rows * holdoutBps) / BPS))))
}

/**
 * Splits rows by a secret key: whoever lacks it cannot tell which rows are held back, and the same key always holds back
 * the same rows. A partial Fisher-Yates shuffle on the output of HMAC-SHA256 in counter mode, without modulo bias.
 */
export function splitRows(rows: number, holdoutBps: number, key: Uint8Array): Split {
  const count = holdoutRows(rows, holdoutBps)
  const order = Uint32Array.from({ length: rows }, (_, index) => index)
  const draw = createDraw(key)
  for (let index = 0; index < count; index++) {
    const other = index + draw(rows - index)
    const row = order[index]!
    order[index] = order[other]!
    order[other] = row
  }
  return { holdout: order.slice(0, count).sort(), train: order.slice(count).sort() }
}
