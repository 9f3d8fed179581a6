import { createHash, randomUUID } from 'node:crypto'
import { type ByteSource, type ContentDigest, ContentHasher, randomBlindSecret, sealAsset } from '@gristmill/envelope'
import { nodeSha256 } from '@gristmill/envelope/node'
import type { Address, Hex, Upload } from '@gristmill/protocol'
import type { Context } from '../context.js'
import { receivingBytes, unlistedBytes } from './unlisted.js'
import { findUpload, type StoredUpload, uploadOf } from './upload.js'
import {
  UnlistedRoomError,
  UploadConflictError,
  UploadInProgressError,
  UploadOversizedError,
  UploadTruncatedError,
} from './upload-errors.js'

/** Most that the encrypted form of content has: packet lengths and one tag per chunk come on top. */
export const sealedBytesMax = (sizeBytes: number) => sizeBytes + 65_536 + Math.ceil(sizeBytes / 1_000)

/**
 * Hashes and encrypts content as it arrives and stores it; returns when blob and row are durable. On any throw nothing
 * is left of it. The same content sent again gets the same answer.
 */
export async function storeContent(ctx: Context, account: Address, uploadId: Hex, source: ByteSource): Promise<Upload> {
  const row = await findUpload(ctx, account, uploadId)
  const exact = exactly(source, row.size_bytes)
  if (row.blob_key !== null) {
    await requireSame(exact, row as StoredUpload)
    return uploadOf(row)
  }
  const receiving = `${account} ${uploadId}`
  if (ctx.receiving.has(receiving)) throw new UploadInProgressError(uploadId)
  ctx.receiving.set(receiving, row.size_bytes)
  try {
    if ((await unlistedBytes(ctx)) > ctx.config.limits.maxUnlistedBytes) {
      throw new UnlistedRoomError(row.size_bytes)
    }
    ctx.disk.requireRoom(receivingBytes(ctx.receiving))
    await sealAndStore(ctx, account, uploadId, exact, row.size_bytes)
  } finally {
    ctx.receiving.delete(receiving)
  }
  ctx.log.info({ account, uploadId, sizeBytes: row.size_bytes }, 'content stored')
  return uploadOf(await findUpload(ctx, account, uploadId))
}

async function sealAndStore(
  ctx: Context,
  account: Address,
  uploadId: Hex,
  source: ByteSource,
  sizeBytes: number,
): Promise<void> {
  const secret = randomBlindSecret()
  const hasher = await ContentHasher.create({ blindSecret: secret, sha256: nodeSha256 })
  const sealed = await sealAsset(source, { recipient: ctx.secrets.openpgp.recipient, hasher })
  const blobKey = `assets/${randomUUID()}`
  await ctx.blobs.put(blobKey, sealed.data, { maxBytes: sealedBytesMax(sizeBytes) })
  const digest: ContentDigest = await hasher.digest()
  try {
    await ctx.db
      .updateTable('uploads')
      .set({
        blob_key: blobKey,
        sha256: digest.sha256,
        content_root: digest.contentRoot,
        secret,
        key_packets: sealed.keyPackets,
      })
      .where('account', '=', account)
      .where('upload_id', '=', uploadId)
      .where('blob_key', 'is', null)
      .executeTakeFirstOrThrow()
  } catch (error) {
    await ctx.blobs.delete(blobKey)
    throw error
  }
}

/** Passes on exactly `sizeBytes`; fewer or more is an error before the end. */
async function* exactly(source: ByteSource, sizeBytes: number): AsyncGenerator<Uint8Array, void, undefined> {
  let receivedBytes = 0
  for await (const chunk of source) {
    receivedBytes += chunk.length
    if (receivedBytes > sizeBytes) throw new UploadOversizedError(sizeBytes)
    yield chunk
  }
  if (receivedBytes < sizeBytes) throw new UploadTruncatedError(receivedBytes, sizeBytes)
}

async function requireSame(source: ByteSource, { upload_id, sha256 }: StoredUpload): Promise<void> {
  const hash = createHash('sha256')
  for await (const chunk of source) hash.update(chunk)
  if (`0x${hash.digest('hex')}` !== sha256) throw new UploadConflictError(upload_id, 'content')
}
