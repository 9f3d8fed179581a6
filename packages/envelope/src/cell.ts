import { ContentRangeError, EmptyAssetError } from './content-errors.js'

/** Size of a cell: blind, then content. The last cell's content is padded with zeros. */
export const CELL_BYTES = 4096
/** Size of the blind at the head of a cell. */
export const BLIND_BYTES = 32
/** Bytes of the asset in one cell. */
export const CELL_CONTENT_BYTES = CELL_BYTES - BLIND_BYTES

/** Number of cells of an asset of `sizeBytes` bytes: the size of its Merkle tree. */
export function cellCount(sizeBytes: number): number {
  if (!Number.isSafeInteger(sizeBytes) || sizeBytes < 0) {
    throw new ContentRangeError('sizeBytes', sizeBytes, 'a whole number from 1 to 2^53 - 1')
  }
  if (sizeBytes === 0) throw new EmptyAssetError()
  return Math.ceil(sizeBytes / CELL_CONTENT_BYTES)
}

/** The cell of `blind` (32 bytes) and up to 4064 bytes of content, padded with zeros. */
export function makeCell(blind: Uint8Array, content: Uint8Array): Uint8Array {
  if (blind.length !== BLIND_BYTES) throw new ContentRangeError('blind length', blind.length, `${BLIND_BYTES} bytes`)
  if (content.length === 0 || content.length > CELL_CONTENT_BYTES) {
    throw new ContentRangeError('content length', content.length, `1 to ${CELL_CONTENT_BYTES} bytes`)
  }
  const cell = new Uint8Array(CELL_BYTES)
  cell.set(blind)
  cell.set(content, BLIND_BYTES)
  return cell
}
