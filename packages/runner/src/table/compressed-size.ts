import { once } from 'node:events'
import { constants, createBrotliCompress } from 'node:zlib'
import type { ByteSource } from './read-csv.js'

/** A source that is also compressed on its way, to learn how much information it holds. */
export interface MeasuredSource {
  source: ByteSource
  /** Size after Brotli with a 16 MiB window; call after the source was read to its end. */
  compressedBytes(): Promise<number>
  /** Stops measuring. */
  close(): void
}

/** Measures a source while somebody else reads it. */
export function measureCompressed(source: ByteSource): MeasuredSource {
  const compressor = createBrotliCompress({
    params: { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_LGWIN]: 24 },
  })
  let compressedBytes = 0
  compressor.on('data', (chunk: Uint8Array) => {
    compressedBytes += chunk.length
  })
  async function* tee() {
    for await (const chunk of source) {
      if (!compressor.write(chunk)) await once(compressor, 'drain')
      yield chunk
    }
  }
  return {
    source: tee(),
    async compressedBytes() {
      compressor.end()
      await once(compressor, 'end')
      return compressedBytes
    },
    close: () => compressor.destroy(),
  }
}
