import type { Context } from '../context.js'
import { now } from '../now.js'

/** Bytes stored or being received for makers who have not published yet. */
export async function unlistedBytes({ db, receiving }: Pick<Context, 'db' | 'receiving'>): Promise<number> {
  const rows = await db
    .selectFrom('uploads')
    .leftJoin('listings', (join) =>
      join.onRef('listings.maker', '=', 'uploads.account').onRef('listings.upload_id', '=', 'uploads.upload_id'),
    )
    .select('uploads.size_bytes')
    .where('uploads.blob_key', 'is not', null)
    .where('listings.listing', 'is', null)
    .execute()
  const stored = rows.reduce((sum, row) => sum + row.size_bytes, 0)
  return receivingBytes(receiving) + stored
}

/** Bytes announced of uploads that are being received. */
export function receivingBytes(receiving: Context['receiving']): number {
  return [...receiving.values()].reduce((sum, sizeBytes) => sum + sizeBytes, 0)
}

/** After an attestation's end its listing may still be on its way to us, seconds. */
const LATE_SECONDS = 86_400

/** Deletes uploads that nobody published in time; not while an attestation could still be used. */
export async function sweepUploads(ctx: Context): Promise<void> {
  const { unlistedSeconds } = ctx.config.limits
  const gone = await ctx.db
    .deleteFrom('uploads')
    .where('created_at', '<', now() - unlistedSeconds)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('listings')
            .select('listing')
            .whereRef('listings.maker', '=', 'uploads.account')
            .whereRef('listings.upload_id', '=', 'uploads.upload_id'),
        ),
      ),
    )
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('attestations')
            .select('listing')
            .whereRef('attestations.account', '=', 'uploads.account')
            .whereRef('attestations.upload_id', '=', 'uploads.upload_id')
            .where('expiry', '>', ctx.follower.chainTime() - LATE_SECONDS),
        ),
      ),
    )
    .returning('blob_key')
    .execute()
  for (const { blob_key } of gone) if (blob_key !== null) await ctx.blobs.delete(blob_key)
}

/** Deletes blobs that no row refers to. Only at start: later a blob may be waiting for its row. */
export async function sweepBlobs(ctx: Context): Promise<void> {
  const uploads = await ctx.db.selectFrom('uploads').select('blob_key').where('blob_key', 'is not', null).execute()
  const orders = await ctx.db.selectFrom('orders').select('message_key').where('message_key', 'is not', null).execute()
  const wanted = new Set([...uploads.map((row) => row.blob_key), ...orders.map((row) => row.message_key)])
  let after: string | undefined
  for (;;) {
    const page = await ctx.blobs.list('', after === undefined ? {} : { after })
    for (const key of page.keys) if (!wanted.has(key)) await ctx.blobs.delete(key)
    if (page.next === null) return
    after = page.next
  }
}
