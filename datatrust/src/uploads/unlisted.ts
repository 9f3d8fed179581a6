import { DAY } from '@gristmill/protocol'
import { BlobNotFoundError } from '@gristmill/storage'
import { recordAct } from '../audit/acts.js'
import type { Context } from '../context.js'
import type { DatabaseTransaction } from '../db/open-database.js'
import { now } from '../now.js'

/** Bytes stored or being received for makers who have not published yet. */
export async function unlistedBytes({ db, receiving }: Pick<Context, 'db' | 'receiving'>): Promise<number> {
  const rows = await db
    .selectFrom('uploads')
    .select('size_bytes')
    .where('blob_key', 'is not', null)
    .where('listing_count', '=', 0)
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

type SweepParts = Pick<Context, 'db' | 'blobs'> & {
  config: Pick<Context['config'], 'limits'>
  follower: Pick<Context['follower'], 'chainTime'>
}

/** Deletes uploads that nobody published in time; not while an attestation could still be used. */
export async function sweepUploads(ctx: SweepParts): Promise<void> {
  const { unlistedSeconds } = ctx.config.limits
  const before = now() - unlistedSeconds
  const gone = await ctx.db.transaction().execute(async (trx) => {
    // Who attests one of them holds its row: the deletion comes after, and sees the attestation.
    await trx
      .selectFrom('uploads')
      .select('upload_id')
      .where('created_at', '<', before)
      .where('listing_count', '=', 0)
      .forUpdate()
      .execute()
    const rows = await deleteUnlisted(trx, before, ctx.follower.chainTime() - LATE_SECONDS)
    for (const { account, upload_id, content_root, size_bytes } of rows) {
      if (content_root === null) continue
      const details = { contentRoot: content_root, sizeBytes: size_bytes, because: 'nobody listed it in time' }
      await recordAct(trx, { type: 'content-deleted', account, subject: upload_id, details })
    }
    return rows
  })
  for (const { blob_key, leaves_key } of gone) {
    for (const key of [blob_key, leaves_key]) if (key !== null) await ctx.blobs.delete(key)
  }
}

/** Of what was created before that; not while an attestation is good, or was later than so (Unix seconds). */
function deleteUnlisted(trx: DatabaseTransaction, before: number, attestedUntil: number) {
  return trx
    .deleteFrom('uploads')
    .where('created_at', '<', before)
    .where('listing_count', '=', 0)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('attestations')
            .select('listing')
            .whereRef('attestations.account', '=', 'uploads.account')
            .whereRef('attestations.upload_id', '=', 'uploads.upload_id')
            .where('expiry', '>', attestedUntil),
        ),
      ),
    )
    .returning(['blob_key', 'leaves_key', 'account', 'upload_id', 'content_root', 'size_bytes'])
    .execute()
}

/** So long after it was stored a blob has its row, seconds; where other processes store, too. */
const ROW_SECONDS = 3_600

/**
 * Deletes blobs that no row refers to. Only at start: later a blob may be waiting for its row. Where other processes are at
 * work, the same holds at any time, and only old ones go.
 */
export async function sweepBlobs(ctx: Context): Promise<void> {
  let after: string | undefined
  for (;;) {
    const page = await ctx.blobs.list('', after === undefined ? {} : { after })
    // After the listing: who stored a blob that is in it may have written its row meanwhile.
    const wanted = await referredAmong(ctx, page.keys)
    for (const key of page.keys) if (!wanted.has(key) && (await isOld(ctx, key))) await ctx.blobs.delete(key)
    if (page.next === null) return
    after = page.next
  }
}

/** No upload takes so long, seconds: what was begun before is not gone on with. */
const ABANDONED_SECONDS = 2 * DAY

/** Clears what crashes left half written. */
export async function sweepAbandoned({ blobs, config, log }: Context): Promise<void> {
  const seconds = Math.max(ABANDONED_SECONDS, 2 * config.limits.uploadTimeoutSeconds)
  const cleared = await blobs.clearAbandoned(now() - seconds)
  if (cleared > 0) log.info({ cleared }, 'abandoned uploads cleared')
}

async function referredAmong({ db }: Context, keys: string[]): Promise<Set<string | null>> {
  if (keys.length === 0) return new Set()
  const uploads = await db.selectFrom('uploads').select('blob_key').where('blob_key', 'in', keys).execute()
  const leaves = await db.selectFrom('uploads').select('leaves_key').where('leaves_key', 'in', keys).execute()
  const orders = await db.selectFrom('orders').select('message_key').where('message_key', 'in', keys).execute()
  return new Set([
    ...uploads.map((row) => row.blob_key),
    ...leaves.map((row) => row.leaves_key),
    ...orders.map((row) => row.message_key),
  ])
}

async function isOld({ config, blobs }: Context, key: string): Promise<boolean> {
  if (config.database === undefined && config.bucket === undefined) return true
  const stat = await blobs.stat(key).catch((error: unknown) => {
    if (error instanceof BlobNotFoundError) return undefined
    throw error
  })
  return stat !== undefined && stat.storedAt < now() - ROW_SECONDS
}
