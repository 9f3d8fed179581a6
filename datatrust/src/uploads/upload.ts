import { randomBlindSecret } from '@gristmill/envelope'
import { type Address, assetFilesSchema, type CreateUpload, type Hex, type Upload } from '@gristmill/protocol'
import type { Context } from '../context.js'
import type { Database, DatabaseTransaction } from '../db/open-database.js'
import type { UploadRow } from '../db/schema.js'
import { now } from '../now.js'
import { receivingBytes } from './unlisted.js'
import {
  AssetShreddedError,
  AssetTooLargeError,
  TooManyUploadsError,
  UploadConflictError,
  UploadIncompleteError,
  UploadNotFoundError,
} from './upload-errors.js'

/** Uploads of one account that wait for their content. */
const ANNOUNCED_MAX = 100

/** An upload whose content is stored. */
export type StoredUpload = UploadRow & {
  blob_key: string
  content_root: Hex
  secret: Uint8Array
  key_packets: Uint8Array
}

/** Announces an upload; announcing it again changes nothing. */
export async function createUpload(ctx: Context, account: Address, { uploadId, files }: CreateUpload): Promise<Upload> {
  const sizeBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0)
  const { maxAssetBytes } = ctx.config.limits
  if (sizeBytes > maxAssetBytes) throw new AssetTooLargeError(sizeBytes, maxAssetBytes)
  const filesJson = JSON.stringify(files)
  await requireFew(ctx, account, uploadId)
  await requireRoom(ctx, account, uploadId, sizeBytes)
  await ctx.db
    .insertInto('uploads')
    .values({
      account,
      upload_id: uploadId,
      files: filesJson,
      size_bytes: sizeBytes,
      secret: randomBlindSecret(),
      created_at: now(),
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  const row = await findUpload(ctx, account, uploadId)
  if (row.shredded_at !== null) throw new AssetShreddedError(uploadId)
  if (row.files !== filesJson) throw new UploadConflictError(uploadId, 'files')
  return uploadOf(row)
}

/** Refuses what has no room before it is sent: whoever is still sending may not see the answer. */
async function requireRoom(ctx: Context, account: Address, uploadId: Hex, sizeBytes: number): Promise<void> {
  const known = await ctx.db
    .selectFrom('uploads')
    .select('blob_key')
    .where('account', '=', account)
    .where('upload_id', '=', uploadId)
    .executeTakeFirst()
  if (known?.blob_key == null) ctx.disk.requireRoom(sizeBytes + receivingBytes(ctx.receiving))
}

/** Throws TooManyUploadsError before an account announces more than it can mean to publish. */
async function requireFew({ db }: Context, account: Address, uploadId: Hex): Promise<void> {
  const { count } = await db
    .selectFrom('uploads')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('account', '=', account)
    .where('upload_id', '<>', uploadId)
    .where('blob_key', 'is', null)
    .executeTakeFirstOrThrow()
  if (count >= ANNOUNCED_MAX) throw new TooManyUploadsError(ANNOUNCED_MAX)
}

/** The upload of an account, or UploadNotFoundError. */
export async function findUpload({ db }: Pick<Context, 'db'>, account: Address, uploadId: Hex): Promise<UploadRow> {
  const row = await db
    .selectFrom('uploads')
    .selectAll()
    .where('account', '=', account)
    .where('upload_id', '=', uploadId)
    .executeTakeFirst()
  if (row === undefined) throw new UploadNotFoundError(uploadId)
  return row
}

/** Throws UploadIncompleteError unless the content is there, AssetShreddedError if it was destroyed. */
export function requireStored(row: UploadRow): StoredUpload {
  if (row.shredded_at !== null) throw new AssetShreddedError(row.upload_id)
  if (row.blob_key === null) throw new UploadIncompleteError(row.upload_id)
  return row as StoredUpload
}

/**
 * The row of stored content as it is now. Throws UploadNotFoundError if that was forgotten, whatever has come under its id since,
 * and AssetShreddedError if it was destroyed.
 */
export async function findSame(db: Database, { account, upload_id, blob_key }: StoredUpload): Promise<StoredUpload> {
  return requireSame(await findUpload({ db }, account, upload_id), blob_key)
}

/** The same; nobody forgets or destroys it before the transaction ends. */
export async function lockSame(
  trx: DatabaseTransaction,
  { account, upload_id, blob_key }: StoredUpload,
): Promise<StoredUpload> {
  const row = await trx
    .selectFrom('uploads')
    .selectAll()
    .where('account', '=', account)
    .where('upload_id', '=', upload_id)
    .forUpdate()
    .executeTakeFirst()
  if (row === undefined) throw new UploadNotFoundError(upload_id)
  return requireSame(row, blob_key)
}

function requireSame(row: UploadRow, blobKey: string): StoredUpload {
  const isOther = row.shredded_at === null && row.blob_key !== blobKey
  if (isOther) throw new UploadNotFoundError(row.upload_id)
  return requireStored(row)
}

/** An upload as its maker sees it. */
export function uploadOf(row: UploadRow): Upload {
  return {
    uploadId: row.upload_id,
    state: row.shredded_at !== null ? 'shredded' : row.blob_key === null ? 'announced' : 'stored',
    files: assetFilesSchema.parse(JSON.parse(row.files)),
    sizeBytes: row.size_bytes,
    ...(row.secret === null ? {} : { blindSecret: `0x${Buffer.from(row.secret).toString('hex')}` as Hex }),
    ...(row.content_root === null ? {} : { content: { contentRoot: row.content_root } }),
  }
}

/** What budgets know content by, its sha256: known of whatever was attested for compute. */
export function datasetOf({ upload_id, sha256 }: Pick<StoredUpload, 'upload_id' | 'sha256'>): Hex {
  if (sha256 === null) throw new Error(`the content of upload ${upload_id} was never hashed`)
  return sha256
}

/** The stored content behind a listing. */
export async function uploadOfListing(
  ctx: Pick<Context, 'db'>,
  { maker, upload_id }: { maker: Address; upload_id: Hex },
): Promise<StoredUpload> {
  return requireStored(await findUpload(ctx, maker, upload_id))
}
