import { ContentRangeError } from '../content-errors.js'
import { CHUNK_BYTES, type StoredLayout } from '../stored-layout.js'
import { openChunk } from './open-chunk.js'
import { findStoredAsset, type OpenAssetParams, type StoredAsset } from './stored-asset.js'

/** A stored asset that can be entered anywhere. */
export interface OpenedAsset {
  /**
   * The plaintext from byte `start` to before `end`. Only the chunks it lies in are read, and none of their bytes comes out
   * before its tag was checked. Throws `TamperedMessageError`, `TruncatedMessageError`, `ContentRangeError`.
   */
  read(start: number, end: number): AsyncGenerator<Uint8Array, void, undefined>
}

/**
 * Opens an asset that an `AssetSealer` sealed. Throws `WrongKeyError`, `TruncatedMessageError` or `MalformedMessageError` if
 * what is stored has another size, `TamperedMessageError` if its head is another.
 */
export async function openAsset(params: OpenAssetParams): Promise<OpenedAsset> {
  const asset = await findStoredAsset(params)
  return { read: (start, end) => decryptRange(asset, start, end) }
}

async function* decryptRange(
  { layout, key, records }: StoredAsset,
  start: number,
  end: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { assetBytes, literal } = layout
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || start < 0 || end < start || end > assetBytes) {
    throw new ContentRangeError('range', start < 0 || start > assetBytes ? start : end, `within ${assetBytes} bytes`)
  }
  if (start === end) return
  const { plainStart, plainEnd, firstChunk, endChunk } = layout.spanOf(start, end)
  let chunk = firstChunk
  for await (const record of wholeRecords(layout, firstChunk, records(firstChunk, endChunk))) {
    const plain = record.subarray(0, layout.plainBytes(chunk))
    // In place: it goes nowhere before its tag was checked.
    openChunk({ layout, key, chunk, record }, (piece, at) => plain.set(piece, at))
    const offset = chunk * CHUNK_BYTES
    const from = Math.max(0, plainStart - offset)
    yield* literal.unframe(offset + from, plain.subarray(from, Math.min(plain.length, plainEnd - offset)))
    chunk += 1
  }
}

/** One record at a time, in memory of its own. */
async function* wholeRecords(
  layout: StoredLayout,
  firstChunk: number,
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  let chunk = firstChunk
  let record: Uint8Array | undefined
  let filled = 0
  for await (const body of bytes) {
    for (let done = 0; done < body.length; ) {
      record ??= Buffer.allocUnsafeSlow(layout.recordBytes(chunk))
      const part = body.subarray(done, done + record.length - filled)
      record.set(part, filled)
      filled += part.length
      done += part.length
      if (filled < record.length) continue
      yield record
      chunk += 1
      record = undefined
      filled = 0
    }
  }
}
