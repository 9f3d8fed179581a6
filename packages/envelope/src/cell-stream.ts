import { blindsOf } from './blinds.js'
import type { ByteSource } from './byte-stream.js'
import { BLIND_BYTES, CELL_BYTES, CELL_CONTENT_BYTES, makeCell } from './cell.js'
import { ContentRangeError } from './content-errors.js'
import { leafHash, MerkleTree } from './merkle-tree.js'
import { nobleSha256 } from './noble-sha256.js'
import type { Sha256 } from './sha256.js'

const BLIND_BATCH_CELLS = 1024

/** What `cellsOf` takes. */
export interface CellsOfParams {
  /** The asset's secret, 32 bytes. */
  blindSecret: Uint8Array
  /** The cell whose content the source begins with; default: 0. */
  firstCell?: number
}

/** The cells of content that arrives in chunks of any size, one at a time: blind, content, and zeros in the last one. */
export async function* cellsOf(
  content: ByteSource,
  { blindSecret, firstCell = 0 }: CellsOfParams,
): AsyncGenerator<Uint8Array, void, undefined> {
  const blinds = await blindsOf(blindSecret)
  let batch = new Uint8Array()
  let count = 0
  for await (const part of pieces(content, CELL_CONTENT_BYTES)) {
    const offset = (count % BLIND_BATCH_CELLS) * BLIND_BYTES
    if (offset === 0) batch = new Uint8Array(await blinds.derive(firstCell + count, BLIND_BATCH_CELLS))
    yield makeCell(batch.subarray(offset, offset + BLIND_BYTES), part)
    count += 1
  }
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
  const tree = new MerkleTree(sha256)
  for await (const leaf of leafHashes(cells, sha256)) tree.append(leaf)
  return tree.root()
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
