import { once } from 'node:events'
import { type BrotliCompress, constants, createBrotliCompress } from 'node:zlib'
import type { ByteSource } from './read-csv.js'

/** Sources up to this size are compressed as well as possible, larger ones as well as is fast. */
const THOROUGH_BYTES_MAX = 1024 * 1024

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
  const fast = createMeter(9)
  const thorough = createMeter(11)
  let sizeBytes = 0
  async function* tee() {
    for await (const chunk of source) {
      sizeBytes += chunk.length
      await fast.write(chunk)
      if (sizeBytes <= THOROUGH_BYTES_MAX) await thorough.write(chunk)
      yield chunk
    }
  }
  return {
    source: tee(),
    async compressedBytes() {
      const fastBytes = await fast.end()
      return sizeBytes > THOROUGH_BYTES_MAX ? fastBytes : Math.min(fastBytes, await thorough.end())
    },
    close() {
      fast.compressor.destroy()
      thorough.compressor.destroy()
    },
  }
}

interface Meter {
  compressor: BrotliCompress
  write(chunk: Uint8Array): Promise<void>
  /** Bytes that came out. */
  end(): Promise<number>
}

function createMeter(quality: number): Meter {
  const compressor = createBrotliCompress({
    params: { [constants.BROTLI_PARAM_QUALITY]: quality, [constants.BROTLI_PARAM_LGWIN]: 24 },
  })
  let compressedBytes = 0
  compressor.on('data', (chunk: Uint8Array) => {
    compressedBytes += chunk.length
  })
  return {
    compressor,
    async write(chunk) {
      if (!compressor.write(chunk)) await once(compressor, 'drain')
    },
    async end() {
      compressor.end()
      await once(compressor, 'end')
      return compressedBytes
    },
  }
}
