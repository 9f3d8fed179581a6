import { TruncatedMessageError } from '../message-errors.js'
import type { PlainSpan } from '../stored-layout.js'
import type { SpareBuffers } from './spare-buffers.js'
import type { StoredAsset } from './stored-asset.js'

type Chunks = Pick<PlainSpan, 'firstChunk' | 'endChunk'>

/** Reads what is stored of chunks, from the first to the last, and gives it in parts that may share a chunk. */
export class RecordReader {
  readonly #asset: StoredAsset
  readonly #endChunk: number
  readonly #buffers: SpareBuffers
  #open: Open | undefined

  /** `buffers` have room for the records of one part. */
  constructor(asset: StoredAsset, endChunk: number, buffers: SpareBuffers) {
    this.#asset = asset
    this.#endChunk = endChunk
    this.#buffers = buffers
  }

  /**
   * The records of some chunks, good until anything else is called. None of the chunks that are asked for next may begin before
   * these. Throws `TruncatedMessageError` and what the store throws.
   */
  async take({ firstChunk, endChunk }: Chunks): Promise<Uint8Array> {
    const { layout, records } = this.#asset
    const startBytes = layout.chunkAt(firstChunk)
    const sizeBytes = layout.chunkAt(endChunk - 1) + layout.recordBytes(endChunk - 1) - startBytes
    this.#open ??= {
      source: records(firstChunk, this.#endChunk),
      buffer: this.#buffers.take(),
      startBytes,
      filledBytes: 0,
      rest: new Uint8Array(),
    }
    const open = this.#open
    const droppedBytes = startBytes - open.startBytes
    open.buffer.copyWithin(0, droppedBytes, open.filledBytes)
    open.startBytes = startBytes
    open.filledBytes -= droppedBytes
    while (open.filledBytes < sizeBytes) {
      if (open.rest.length === 0) {
        const { value } = await open.source.next()
        if (value === undefined) throw new TruncatedMessageError(startBytes + open.filledBytes)
        open.rest = value
      }
      const part = open.rest.subarray(0, sizeBytes - open.filledBytes)
      open.buffer.set(part, open.filledBytes)
      open.filledBytes += part.length
      open.rest = open.rest.subarray(part.length)
    }
    return open.buffer.subarray(0, sizeBytes)
  }

  /** Holds nothing any more. What is asked for next is read anew. */
  async close(): Promise<void> {
    const open = this.#open
    this.#open = undefined
    if (open === undefined) return
    this.#buffers.give(open.buffer)
    await open.source.return()
  }
}

interface Open {
  source: AsyncGenerator<Uint8Array, void, undefined>
  buffer: Uint8Array
  /** Where in the body of the data packet that begins which is in the buffer. */
  startBytes: number
  filledBytes: number
  /** What the source gave and has not come into the buffer. */
  rest: Uint8Array
}
