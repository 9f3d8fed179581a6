import { randomUUID } from 'node:crypto'
import type { ByteSource } from '@gristmill/envelope'
import type { Address, Hex, ProtocolError, Upload } from '@gristmill/protocol'
import { recordAct } from '../audit/acts.js'
import type { Context } from '../context.js'
import type { DatabaseTransaction } from '../db/open-database.js'
import type { UploadRow } from '../db/schema.js'
import { countPassed } from '../young-garbage.js'
import { receivingBytes, unlistedBytes } from './unlisted.js'
import { findUpload, type StoredUpload, uploadOf } from './upload.js'
import {
  AssetShreddedError,
  UnlistedRoomError,
  UploadConflictError,
  UploadInProgressError,
  UploadNotFoundError,
  UploadOversizedError,
  UploadTruncatedError,
} from './upload-errors.js'

/** Which upload of whom. */
export interface UploadPlace {
  account: Address
  uploadId: Hex
}

/** Most that the encrypted form of content has: packet lengths and one tag per chunk come on top. */
export const sealedBytesMax = (sizeBytes: number) => sizeBytes + 65_536 + Math.ceil(sizeBytes / 1_000)

/**
 * Hashes and encrypts content as it arrives and stores it; returns when blob and row are durable. On any throw nothing
 * is left of it. The same content sent again gets the same answer. `confirm` is part of the transaction that makes it the
 * upload's: on a throw of it, nothing is stored either.
 */
export async function storeContent(
  ctx: Context,
  { account, uploadId }: UploadPlace,
  source: ByteSource,
  confirm: (trx: DatabaseTransaction) => Promise<void> = async () => {},
): Promise<Upload> {
  const row = await findUpload(ctx, account, uploadId)
  const exact = exactly(source, row.size_bytes)
  if (row.shredded_at !== null) throw new AssetShreddedError(uploadId)
  if (row.blob_key !== null) {
    await requireSame(ctx, exact, row as StoredUpload)
    await ctx.db.transaction().execute(confirm)
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
    await sealAndStore(ctx, row, exact, confirm)
  } finally {
    ctx.receiving.delete(receiving)
  }
  ctx.log.info({ account, uploadId, sizeBytes: row.size_bytes }, 'content stored')
  return uploadOf(await findUpload(ctx, account, uploadId))
}

async function sealAndStore(
  ctx: Context,
  row: UploadRow,
  source: ByteSource,
  confirm: (trx: DatabaseTransaction) => Promise<void>,
): Promise<void> {
  const { account, upload_id: uploadId, size_bytes: sizeBytes, secret } = row
  const key = ctx.secrets.openpgp.newest
  const { recipient } = key
  const sealed = await ctx.sealer.seal(source, { recipient, sizeBytes, blindSecret: secret! })
  const blobKey = `assets/${randomUUID()}`
  await ctx.blobs.put(blobKey, sealed.data, { maxBytes: sealedBytesMax(sizeBytes) })
  try {
    const packets = await ctx.secrets.openpgp.current(sealed.keyPackets, key)
    const { contentRoot } = sealed.digest()
    await ctx.db.transaction().execute(async (trx) => {
      const { numUpdatedRows } = await trx
        .updateTable('uploads')
        .set({ blob_key: blobKey, content_root: contentRoot, ...packets })
        .where('account', '=', account)
        .where('upload_id', '=', uploadId)
        .where('blob_key', 'is', null)
        .where('secret', '=', secret)
        .executeTakeFirstOrThrow()
      if (numUpdatedRows === 0n) throw await refusal(trx, row)
      await confirm(trx)
      const details = { contentRoot, sizeBytes }
      await recordAct(trx, { type: 'content-stored', account, subject: uploadId, details })
    })
  } catch (error) {
    await ctx.blobs.delete(blobKey)
    throw error
  }
}

/** Why content that came in full is not what its row waits for. */
async function refusal(trx: DatabaseTransaction, { account, upload_id, secret }: UploadRow): Promise<ProtocolError> {
  const row = await findUpload({ db: trx }, account, upload_id)
  // Forgotten while it came, and announced anew: that has a secret of its own, and may have other files.
  if (row.secret === null || Buffer.compare(row.secret, secret!) !== 0) return new UploadNotFoundError(upload_id)
  // Another process received it, too, and was faster.
  return new UploadInProgressError(upload_id)
}

/** Passes on exactly `sizeBytes`; fewer or more is an error before the end. */
async function* exactly(source: ByteSource, sizeBytes: number): AsyncGenerator<Uint8Array, void, undefined> {
  let receivedBytes = 0
  for await (const chunk of source) {
    receivedBytes += chunk.length
    if (receivedBytes > sizeBytes) throw new UploadOversizedError(sizeBytes)
    yield chunk
    countPassed(chunk.length)
  }
  if (receivedBytes < sizeBytes) throw new UploadTruncatedError(receivedBytes, sizeBytes)
}

/** Sealed once more and thrown away: the threads do it, and the root is that of the same content only. */
async function requireSame(ctx: Context, source: ByteSource, upload: StoredUpload): Promise<void> {
  const { recipient } = ctx.secrets.openpgp.newest
  const { size_bytes: sizeBytes, secret: blindSecret } = upload
  const sealed = await ctx.sealer.seal(source, { recipient, sizeBytes, blindSecret })
  for await (const _ of sealed.data);
  if (sealed.digest().contentRoot !== upload.content_root) throw new UploadConflictError(upload.upload_id, 'content')
}
