import { createHmac } from 'node:crypto'
import { BPS } from '@gristmill/protocol'

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

/** Uniform integers below a limit of at most 2^32. */
function createDraw(key: Uint8Array): (limit: number) => number {
  let counter = 0
  let block = new DataView(new ArrayBuffer(0))
  let offset = 0
  const next = () => {
    if (offset === block.byteLength) {
      const message = new DataView(new ArrayBuffer(8))
      message.setBigUint64(0, BigInt(counter++))
      const bytes = createHmac('sha256', key).update(new Uint8Array(message.buffer)).digest()
      block = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      offset = 0
    }
    offset += 4
    return block.getUint32(offset - 4)
  }
  return (limit) => {
    const bound = Math.floor(2 ** 32 / limit) * limit
    let value = next()
    while (value >= bound) value = next()
    return value % limit
  }
}
