import { CELL_BYTES } from './cell.js'
import type { ChaCha20 } from './chacha20.js'
import { ContentRangeError } from './content-errors.js'

/** Size of the key of one delivery. A key never encrypts two assets, nor one asset twice with other blinds. */
export const CELL_KEY_BYTES = 32
/** Cells under one nonce: 256 GiB, as far as the 32-bit block counter reaches. */
export const SEGMENT_CELLS = 2 ** 26

const CELL_BLOCKS = CELL_BYTES / 64
const NONCE_BYTES = 12
/** The segment is a 32-bit number. */
const MAX_CELLS = SEGMENT_CELLS * 2 ** 26

/** What `cipherCells` takes. */
export interface CipherCellsParams {
  /** Of the delivery, 32 bytes. */
  key: Uint8Array
  /** Number of the first of the cells, from 0. */
  firstCell: number
  /** Whole cells in a row, encrypted or not. */
  cells: Uint8Array
  chacha20: ChaCha20
}

/**
 * Encrypts or decrypts cells, from any place in the asset. Cell i is ChaCha20 from block counter 64 * (i mod 2^26) on, with
 * the nonce LE32(floor(i / 2^26)) || 0^8: what the contract `Fair` does with one cell.
 * Throws `ContentRangeError` on a key, a place or a length that cannot be.
 */
export function cipherCells({ key, firstCell, cells, chacha20 }: CipherCellsParams): Uint8Array {
  const count = cells.length / CELL_BYTES
  if (!Number.isInteger(count)) throw new ContentRangeError('cells length', cells.length, `a multiple of ${CELL_BYTES}`)
  requireCells(key, firstCell, count)
  const output = new Uint8Array(cells.length)
  for (let done = 0; done < count; ) {
    const { nonce, counter, cells: rest } = cipherPlace(firstCell + done)
    const end = Math.min(count, done + rest)
    const data = cells.subarray(done * CELL_BYTES, end * CELL_BYTES)
    output.set(chacha20({ key, nonce, counter, data }), done * CELL_BYTES)
    done = end
  }
  return output
}

/** Throws `ContentRangeError` on a key or a place that cannot be. */
export function requireCells(key: Uint8Array, firstCell: number, count: number): void {
  if (key.length !== CELL_KEY_BYTES) throw new ContentRangeError('key length', key.length, `${CELL_KEY_BYTES} bytes`)
  if (!Number.isSafeInteger(firstCell) || firstCell < 0 || firstCell + count > MAX_CELLS) {
    throw new ContentRangeError('first cell', firstCell, `0 to ${MAX_CELLS - count}`)
  }
}

/** Where the cipher stands at a cell, and for how many cells from there on its nonce holds. */
export function cipherPlace(cell: number): { nonce: Uint8Array; counter: number; cells: number } {
  const place = cell % SEGMENT_CELLS
  const nonce = nonceOf(Math.floor(cell / SEGMENT_CELLS))
  return { nonce, counter: place * CELL_BLOCKS, cells: SEGMENT_CELLS - place }
}

function nonceOf(segment: number): Uint8Array {
  const nonce = new Uint8Array(NONCE_BYTES)
  new DataView(nonce.buffer).setUint32(0, segment, true)
  return nonce
}
