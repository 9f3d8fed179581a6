import { createCipheriv } from 'node:crypto'
import { BLIND_BYTES, CELL_BYTES, CELL_CONTENT_BYTES } from '../cell.js'
import { cipherPlace } from '../cell-cipher.js'
import { HASH_BYTES } from '../merkle-tree.js'
import { CHUNK_BYTES, type PlainSpan, StoredLayout, TAG_BYTES } from '../stored-layout.js'
import { CellHasher } from './cell-hasher.js'
import { copyBytes, copyPart } from './copy-bytes.js'
import { deriveBlinds } from './derive-blinds.js'
import type { MessageKey } from './message-key.js'
import { openChunk } from './open-chunk.js'

/**
 * Cells that are encrypted together at most, half a MiB; a power of two, so that their leaves have a root of their own in the tree.
 * With fewer, more chunks are opened twice: those that lie in two batches.
 */
export const CELLS_AT_ONCE = 128
/** Most that is stored of the chunks in which so many cells lie. */
export const RECORDS_BYTES =
  (Math.floor((CELLS_AT_ONCE * CELL_CONTENT_BYTES) / CHUNK_BYTES) + 2) * (CHUNK_BYTES + TAG_BYTES) + TAG_BYTES
/** What `cipher.update` encrypts at once: results of this size are cheap to get and to give back. */
const UPDATE_CELLS = 16

/** Cells to encrypt for one delivery: plain data, so that it can be sent to a worker. */
export interface CellWork {
  /** Of the asset. */
  sizeBytes: number
  /** Of the stored asset. */
  messageKey: MessageKey
  blindSecret: Uint8Array
  /** Of the delivery. */
  cellKey: Uint8Array
  firstCell: number
  /** How many. Those of a segment of the cipher's end with it. */
  cells: number
}

/** Where the work is done. */
export interface CellBench {
  /** What is stored of the chunks in which the cells' content lies. */
  records: Uint8Array
  /** Gets the encrypted cells; worth nothing unless the work returns. */
  cells: Uint8Array
  /** Gets their leaf hashes, packed. */
  leaves: Uint8Array
}

interface PlainChunk {
  key: MessageKey
  chunk: number
  pieces: { plain: Uint8Array; offset: number }[]
}

/** Where the content of cells lies in the plaintext of an asset. */
export function spanOfCells(
  layout: StoredLayout,
  { firstCell, cells }: Pick<CellWork, 'firstCell' | 'cells'>,
): PlainSpan {
  const end = Math.min(layout.assetBytes, (firstCell + cells) * CELL_CONTENT_BYTES)
  return layout.spanOf(firstCell * CELL_CONTENT_BYTES, end)
}

/** Opens what is stored, makes cells of it, encrypts them and hashes what came out. */
export class CellWorker {
  readonly #hasher = new CellHasher()
  /** What the last work ended in: the next one of a delivery begins there. */
  #lastChunk: PlainChunk | undefined

  /** Returns the root over the leaves if they are 2^n from a multiple of 2^n on. Throws `TamperedMessageError`. */
  encrypt(work: CellWork, { records, cells, leaves }: CellBench): Uint8Array | undefined {
    const packed = cells.subarray(0, work.cells * CELL_BYTES)
    placeBlinds(work, packed)
    this.#placeContent(work, records, packed)
    this.#encrypt(work, packed, Buffer.from(leaves.buffer, leaves.byteOffset, work.cells * HASH_BYTES))
    const isWhole = Number.isInteger(Math.log2(work.cells)) && work.firstCell % work.cells === 0
    return isWhole ? this.#hasher.rootOf(Buffer.from(leaves.buffer, leaves.byteOffset), work.cells) : undefined
  }

  #placeContent(work: CellWork, records: Uint8Array, cells: Uint8Array): void {
    const layout = new StoredLayout(work.sizeBytes)
    const { plainStart, plainEnd, firstChunk, endChunk } = spanOfCells(layout, work)
    let contentBytes = 0
    let recordAt = 0
    for (let chunk = firstChunk; chunk < endChunk; chunk++) {
      const record = records.subarray(recordAt, recordAt + layout.recordBytes(chunk))
      recordAt += record.length
      for (const { plain, offset } of this.#open(layout, work.messageKey, chunk, record)) {
        const at = chunk * CHUNK_BYTES + offset
        const from = Math.max(0, plainStart - at)
        const part = plain.subarray(from, Math.max(from, plainEnd - at))
        for (const content of layout.literal.unframe(at + from, part)) {
          placeInCells(content, cells, contentBytes)
          contentBytes += content.length
        }
      }
    }
    const torn = contentBytes % CELL_CONTENT_BYTES
    if (torn > 0) cells.fill(0, cells.length - CELL_CONTENT_BYTES + torn)
  }

  /** The plaintext of a chunk, whose tag was checked. */
  #open(layout: StoredLayout, key: MessageKey, chunk: number, record: Uint8Array): PlainChunk['pieces'] {
    const last = this.#lastChunk
    // The key of a message is of that message alone.
    if (last?.chunk === chunk && last.key.key.equals(key.key)) return last.pieces
    const pieces: PlainChunk['pieces'] = []
    openChunk({ layout, key, chunk, record }, (plain, offset) => pieces.push({ plain, offset }))
    this.#lastChunk = { key, chunk, pieces }
    return pieces
  }

  #encrypt({ cellKey, firstCell, cells: count }: CellWork, cells: Uint8Array, leaves: Buffer): void {
    const { nonce, counter } = cipherPlace(firstCell)
    const iv = Buffer.alloc(16)
    iv.writeUInt32LE(counter)
    iv.set(nonce, 4)
    const cipher = createCipheriv('chacha20', cellKey, iv)
    for (let done = 0; done < count; done += UPDATE_CELLS) {
      const encrypted = cipher.update(cells.subarray(done * CELL_BYTES, (done + UPDATE_CELLS) * CELL_BYTES))
      copyBytes(encrypted, cells, done * CELL_BYTES)
      for (let i = 0; i * CELL_BYTES < encrypted.length; i++) {
        copyPart(encrypted, i * CELL_BYTES, (i + 1) * CELL_BYTES, this.#hasher.cell, 0)
        this.#hasher.write(leaves, done + i)
      }
    }
  }
}

function placeBlinds({ blindSecret, firstCell, cells: count }: CellWork, cells: Uint8Array): void {
  const blinds = deriveBlinds(blindSecret, firstCell, count)
  for (let i = 0; i < count; i++) {
    copyPart(blinds, i * BLIND_BYTES, (i + 1) * BLIND_BYTES, cells, i * CELL_BYTES)
  }
}

/** Puts content into the cells it belongs to, `position` being where in the content of all of them it begins. */
function placeInCells(content: Uint8Array, cells: Uint8Array, position: number): void {
  for (let done = 0; done < content.length; ) {
    const inCell = (position + done) % CELL_CONTENT_BYTES
    const cell = (position + done - inCell) / CELL_CONTENT_BYTES
    const end = Math.min(done + CELL_CONTENT_BYTES - inCell, content.length)
    copyPart(content, done, end, cells, cell * CELL_BYTES + BLIND_BYTES + inCell)
    done = end
  }
}
