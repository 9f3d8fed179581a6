import { BlobTooLargeError, BlobTruncatedError } from './blob-errors.js'
import type { PutBlobParams } from './blob-store.js'

/** A source that is held to its bounds, and counted. */
export class BoundedSource implements AsyncIterable<Uint8Array> {
  sizeBytes = 0
  readonly #key: string
  readonly #source: AsyncIterable<Uint8Array>
  readonly #params: PutBlobParams

  constructor(key: string, source: AsyncIterable<Uint8Array>, params: PutBlobParams) {
    this.#key = key
    this.#source = source
    this.#params = params
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    const { maxBytes, expectedBytes = maxBytes } = this.#params
    const limitBytes = Math.min(maxBytes, expectedBytes)
    for await (const chunk of this.#source) {
      this.sizeBytes += chunk.length
      if (this.sizeBytes > limitBytes) throw new BlobTooLargeError(this.#key, limitBytes)
      yield chunk
    }
    if (this.#params.expectedBytes !== undefined && this.sizeBytes < expectedBytes) {
      throw new BlobTruncatedError(this.#key, expectedBytes, this.sizeBytes)
    }
  }
}

/** Copies a source into parts of `partBytes`, the last one shorter; of an empty source there is none. */
export async function* partsOf(
  source: AsyncIterable<Uint8Array>,
  partBytes: number,
): AsyncGenerator<Buffer, void, undefined> {
  let chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of source) {
    for (let done = 0; done < chunk.length; ) {
      const piece = Buffer.from(chunk.subarray(done, done + partBytes - bytes))
      chunks.push(piece)
      done += piece.length
      bytes += piece.length
      if (bytes < partBytes) continue
      yield Buffer.concat(chunks, bytes)
      chunks = []
      bytes = 0
    }
  }
  if (bytes > 0) yield Buffer.concat(chunks, bytes)
}
