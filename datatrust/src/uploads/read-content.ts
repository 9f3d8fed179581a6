import { type OpenAssetParams, type OpenedAsset, openAsset } from '@gristmill/envelope/node'
import type { Context } from '../context.js'
import { countPassed } from '../young-garbage.js'
import type { StoredUpload } from './upload.js'

/**
 * The plaintext of a stored asset from byte `start` to before `end`, in memory only. Of the store only the chunks it lies in
 * are read, and nothing of one comes out before its tag was checked. Throws MessageError if what is stored was damaged.
 */
export async function* readContent(
  ctx: Pick<Context, 'blobs' | 'secrets'>,
  upload: StoredUpload,
  start = 0,
  end = upload.size_bytes,
): AsyncGenerator<Uint8Array, void, undefined> {
  yield* (await openContent(ctx, upload)).read(start, end)
}

/** The same for who reads part after part: its key is found once. */
export async function openContent(ctx: Pick<Context, 'blobs' | 'secrets'>, upload: StoredUpload): Promise<OpenedAsset> {
  const asset = await openAsset(await storedAssetOf(ctx, upload))
  return {
    async *read(start, end) {
      for await (const chunk of asset.read(start, end)) {
        yield chunk
        countPassed(chunk.length)
      }
    },
  }
}

/** Where what is stored of an asset is, and what opens it. */
export async function storedAssetOf(
  { blobs, secrets }: Pick<Context, 'blobs' | 'secrets'>,
  { blob_key, key_packets, size_bytes }: StoredUpload,
): Promise<OpenAssetParams> {
  return {
    keyPackets: key_packets,
    decryptionKey: secrets.openpgp.decryptionKey,
    sizeBytes: size_bytes,
    storedBytes: (await blobs.stat(blob_key)).sizeBytes,
    read: (from, to) => blobs.open(blob_key, { start: from, end: to }),
  }
}
