import { type Blinds, blindsOf } from './blinds.js'
import type { ByteSource } from './byte-stream.js'
import { BLIND_BYTES, CELL_BYTES, CELL_CONTENT_BYTES } from './cell.js'
import { CellTree } from './cell-tree.js'
import { ContentRangeError } from './content-errors.js'
import { HASH_BYTES, leafHash, MerkleTree } from './merkle-tree.js'
import { nobleSha256 } from './noble-sha256.js'
import type { Sha256 } from './sha256.js'

/** Cells in one batch: 1 MiB, to spread the cost of a WebCrypto call and of a cipher. */
const BATCH_CELLS = 256
const BATCH_CONTENT_BYTES = BATCH_CELLS * CELL_CONTENT_BYTES

/** What `cellsOf` and `cellBatches` take. */
export interface CellsOfParams {
  /** The asset's secret, 32 bytes. */
  blindSecret: Uint8Array
  /** The cell whose content the source begins with; default: 0. */
  firstCell?: number
}

/** The cells of content that arrives in chunks of any size, one at a time: blind, content, and zeros in the last one. */
export async function* cellsOf(
  content: ByteSource,
  params: CellsOfParams,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const cells of cellBatches(content, params)) {
    for (let offset = 0; offset < cells.length; offset += CELL_BYTES) yield cells.subarray(offset, offset + CELL_BYTES)
  }
}

/** The same cells, many in a row: 256 of them, the last time fewer. */
export async function* cellBatches(
  content: ByteSource,
  { blindSecret, firstCell = 0 }: CellsOfParams,
): AsyncGenerator<Uint8Array, void, undefined> {
  const blinds = await blindsOf(blindSecret)
  let batch: Uint8Array | undefined
  let nextCell = firstCell
  let filledBytes = 0
  for await (const chunk of content) {
    for (let offset = 0; offset < chunk.length; ) {
      batch ??= await blindCells(blinds, nextCell)
      const inCell = filledBytes % CELL_CONTENT_BYTES
      const part = chunk.subarray(offset, offset + CELL_CONTENT_BYTES - inCell)
      const cell = (filledBytes - inCell) / CELL_CONTENT_BYTES
      batch.set(part, cell * CELL_BYTES + BLIND_BYTES + inCell)
      filledBytes += part.length
      offset += part.length
      if (filledBytes < BATCH_CONTENT_BYTES) continue
      yield batch
      batch = undefined
      nextCell += BATCH_CELLS
      filledBytes = 0
    }
  }
  if (batch !== undefined) yield batch.subarray(0, Math.ceil(filledBytes / CELL_CONTENT_BYTES) * CELL_BYTES)
}

/** A batch of cells with their blinds, and zeros for content. */
async function blindCells(blinds: Blinds, firstCell: number): Promise<Uint8Array> {
  const packed = await blinds.derive(firstCell, BATCH_CELLS)
  const batch = new Uint8Array(BATCH_CELLS * CELL_BYTES)
  for (let cell = 0; cell < BATCH_CELLS; cell += 1) {
    batch.set(packed.subarray(cell * BLIND_BYTES, (cell + 1) * BLIND_BYTES), cell * CELL_BYTES)
  }
  return batch
}

/** Whole cells, encrypted or not, out of bytes that arrive in chunks of any size. Throws `ContentRangeError` on a torn one. */
export async function* splitCells(bytes: ByteSource): AsyncGenerator<Uint8Array, void, undefined> {
  yield* records(bytes, CELL_BYTES, 'last cell length')
}

/** The leaf hashes (32 bytes each) of cells, encrypted or not, in order. */
export async function* leafHashes(
  cells: ByteSource,
  sha256: Sha256 = nobleSha256,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const cell of splitCells(cells)) yield leafHash(sha256, cell)
}

/** RFC 9162 root over cells: of the plain ones `contentRoot`, of the encrypted ones `cipherRoot`. Holds a hash per level. */
export async function cellsRoot(cells: ByteSource, sha256: Sha256 = nobleSha256): Promise<Uint8Array> {
  const tree = new CellTree(sha256)
  for await (const chunk of cells) tree.update(chunk)
  return tree.root()
}

/** RFC 9162 root over leaf hashes, packed (32 bytes each). Throws `ContentRangeError` if the last one is torn. */
export async function leavesRoot(leaves: ByteSource, sha256: Sha256 = nobleSha256): Promise<Uint8Array> {
  const tree = new MerkleTree(sha256)
  for await (const batch of multiples(leaves, HASH_BYTES, 'last leaf length')) {
    for (let offset = 0; offset < batch.length; offset += HASH_BYTES) {
      tree.append(batch.slice(offset, offset + HASH_BYTES))
    }
  }
  return tree.root()
}

/** The source in chunks that hold whole pieces of `sizeBytes`. Throws `ContentRangeError`, naming `what`, if the last one is torn. */
export async function* multiples(
  source: ByteSource,
  sizeBytes: number,
  what: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  const torn = new Uint8Array(sizeBytes)
  let tornBytes = 0
  for await (const chunk of source) {
    let offset = 0
    if (tornBytes > 0) {
      offset = Math.min(sizeBytes - tornBytes, chunk.length)
      torn.set(chunk.subarray(0, offset), tornBytes)
      tornBytes += offset
      if (tornBytes < sizeBytes) continue
      yield torn.slice()
    }
    tornBytes = (chunk.length - offset) % sizeBytes
    const end = chunk.length - tornBytes
    if (end > offset) yield chunk.subarray(offset, end)
    torn.set(chunk.subarray(end))
  }
  if (tornBytes > 0) throw new ContentRangeError(what, tornBytes, `${sizeBytes} bytes`)
}

/** Pieces of exactly `sizeBytes`. Throws `ContentRangeError`, naming `what`, if the last one is shorter. */
export async function* records(
  source: ByteSource,
  sizeBytes: number,
  what: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const piece of pieces(source, sizeBytes)) {
    if (piece.length < sizeBytes) throw new ContentRangeError(what, piece.length, `${sizeBytes} bytes`)
    yield piece
  }
}

/** The source in pieces of `sizeBytes`, the last one shorter if need be. */
async function* pieces(source: ByteSource, sizeBytes: number): AsyncGenerator<Uint8Array, void, undefined> {
  const torn = new Uint8Array(sizeBytes)
  let tornBytes = 0
  for await (const chunk of source) {
    let offset = 0
    if (tornBytes > 0) {
      offset = Math.min(sizeBytes - tornBytes, chunk.length)
      torn.set(chunk.subarray(0, offset), tornBytes)
      tornBytes += offset
      if (tornBytes < sizeBytes) continue
      yield torn.slice()
      tornBytes = 0
    }
    for (; offset + sizeBytes <= chunk.length; offset += sizeBytes) yield chunk.subarray(offset, offset + sizeBytes)
    torn.set(chunk.subarray(offset))
    tornBytes = chunk.length - offset
  }
  if (tornBytes > 0) yield torn.slice(0, tornBytes)
}
