import type { Address, Hex, RequestFetch, Upload } from '@gristmill/protocol'
import { sql } from 'kysely'
import type { Context } from '../context.js'
import { now } from '../now.js'
import { contentSha256 } from '../uploads/content-sha256.js'
import { findUpload, requireStored, uploadOf } from '../uploads/upload.js'
import { UploadConflictError } from '../uploads/upload-errors.js'
import { parseFetchUrl } from './fetch-policy.js'

/** Nobody is at it: whoever fetches something else for the upload does so in vain. */
const BEGINNING = {
  tries: 0,
  holder: null,
  held_until: sql<Date>`'-infinity'`,
  failed_code: null,
  failed_message: null,
}

/**
 * Has the content of an upload fetched from a URL; returns when that is durable. The same URL again changes nothing while it
 * is being fetched, and begins anew after a failure. Another URL takes the place of the first one.
 */
export async function requestFetch(
  ctx: Context,
  account: Address,
  { uploadId, url, ...rest }: RequestFetch & { uploadId: Hex },
): Promise<Upload> {
  const sha256 = rest.sha256 ?? null
  const upload = await findUpload(ctx, account, uploadId)
  const { href } = parseFetchUrl(url, ctx.config.fetch)
  if (upload.blob_key !== null) {
    if (sha256 !== null && sha256 !== (await contentSha256(ctx, requireStored(upload)))) {
      throw new UploadConflictError(uploadId, 'content')
    }
    return uploadOf(upload)
  }
  const wanted = { url: href, sha256, requested_at: now() }
  await ctx.db
    .insertInto('fetches')
    .values({ account, upload_id: uploadId, ...wanted })
    .onConflict((conflict) =>
      conflict
        .columns(['account', 'upload_id'])
        .doUpdateSet({ ...wanted, ...BEGINNING })
        .where(({ eb, or }) =>
          or([
            eb('fetches.failed_code', 'is not', null),
            eb('fetches.url', '<>', href),
            eb('fetches.sha256', 'is distinct from', sha256),
          ]),
        ),
    )
    .execute()
  ctx.fetcher.wake()
  return describeUpload(ctx, account, uploadId)
}

/** An upload as its maker sees it, with what is being fetched for it. */
export async function describeUpload(ctx: Context, account: Address, uploadId: Hex): Promise<Upload> {
  const upload = await findUpload(ctx, account, uploadId)
  if (upload.blob_key !== null) return uploadOf(upload)
  const row = await ctx.db
    .selectFrom('fetches')
    .select(['failed_code', 'failed_message'])
    .where('account', '=', account)
    .where('upload_id', '=', uploadId)
    .executeTakeFirst()
  if (row === undefined) return uploadOf(upload)
  const { failed_code: code, failed_message: message } = row
  if (code !== null && message !== null) return { ...uploadOf(upload), fetch: { state: 'failed', code, message } }
  const receivedBytes = ctx.fetcher.receivedBytes(account, uploadId)
  return { ...uploadOf(upload), fetch: { state: 'pending', ...(receivedBytes === undefined ? {} : { receivedBytes }) } }
}
