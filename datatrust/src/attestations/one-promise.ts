import { MessageError } from '@gristmill/envelope'
import { type Address, type Hex, type ListingId, policySchema, servicesMask } from '@gristmill/protocol'
import { BlobDamagedError, BlobNotFoundError, BlobRangeError } from '@gristmill/storage'
import { findCursor } from '../chain/cursor.js'
import type { Context } from '../context.js'
import { lock } from '../db/locks.js'
import type { Database, DatabaseTransaction } from '../db/open-database.js'
import { now } from '../now.js'
import { contentSha256 } from '../uploads/content-sha256.js'
import { lockSame, requireStored, type StoredUpload } from '../uploads/upload.js'
import { PrivacyConflictError } from './attestation-errors.js'
import { areAtOdds, type RowPromise, rowPromiseOf } from './row-promise.js'

/** What is about to be attested. */
export interface Attesting {
  maker: Address
  listing: ListingId
  upload: StoredUpload
  promise: RowPromise
  /** Unix seconds, of the chain. */
  now: number
  /** Unix seconds, of the last block that was read: what was published before is known here. */
  readTo: number
}

/** Another listing that this maker has open, or may publish any moment, of as many bytes. */
export interface Rival {
  listing: ListingId
  promise: RowPromise
  /** Unix seconds when it is over; undefined: its maker has not ended it. */
  until: number | undefined
  isPublished: boolean
  upload_id: Hex
  sha256: Hex | null
  unread_at: number | null
}

/** Unix seconds of the last block that was read; 0 where that is not known. */
export async function timeReadTo({ db, chain }: Pick<Context, 'db' | 'chain'>): Promise<number> {
  const cursor = await findCursor(db)
  return cursor === undefined ? 0 : ((await chain.blockTime(cursor.number)) ?? 0)
}

/**
 * Writes an attestation down, one at a time in all processes. Throws UploadNotFoundError or AssetShreddedError if the content was
 * forgotten or destroyed meanwhile. Throws `PrivacyConflictError` instead where another listing of the
 * same bytes voids what this one promises, or this one what it promises.
 *
 * Only the maker's own listings are looked at: an answer that depends on what others hold would confirm a guess of their rows,
 * which is what epsilon is to rule out. One whose content is damaged is passed over, for it can neither be sold nor run; should it be
 * whole again, `requireUnpromised` compares it then.
 */
export async function underOnePromise<T>(
  ctx: Context,
  attesting: Attesting,
  write: (trx: DatabaseTransaction) => Promise<T>,
): Promise<T> {
  if (attesting.promise.mode !== undefined) await hashAll(ctx, attesting.upload, await listedUploads(ctx, attesting))
  for (;;) {
    const outcome = await ctx.db.transaction().execute(async (trx) => {
      await lock(trx, 'attestations')
      // What took its time was about content that may be gone by now.
      const { sha256 } = await lockSame(trx, attesting.upload)
      const unhashed = await requireOnePromise(trx, attesting, sha256)
      return unhashed.length > 0 ? { unhashed } : { written: await write(trx) }
    })
    if ('written' in outcome) return outcome.written
    // Reading all of it may take long, so nobody waits for the lock meanwhile; then it is looked at anew.
    await hashAll(ctx, attesting.upload, outcome.unhashed)
  }
}

/**
 * Throws PrivacyConflictError if content that was passed over when it was damaged turns out to be bytes that were promised an
 * epsilon meanwhile: it is not sold. Throws what reading throws if it is still damaged.
 */
export async function requireUnpromised(ctx: Context, listing: ListingId, upload: StoredUpload): Promise<void> {
  if (upload.unread_at === null) return
  const sha256 = await contentSha256(ctx, upload)
  const promise = rowPromiseOf(servicesMask(['access']), undefined)
  const maker = upload.account
  const attesting = { maker, listing, upload, promise, now: await ctx.chain.now(), readTo: await timeReadTo(ctx) }
  await ctx.db.transaction().execute((trx) => requireOnePromise(trx, attesting, sha256))
}

/** Hashes uploads of one account, those that are still there; those that are damaged are noted, but for the one in question. */
async function hashAll(ctx: Context, upload: StoredUpload, uploadIds: readonly Hex[]): Promise<void> {
  const { account } = upload
  for (const uploadId of uploadIds) {
    const row = await ctx.db
      .selectFrom('uploads')
      .selectAll()
      .where('account', '=', account)
      .where('upload_id', '=', uploadId)
      .where('blob_key', 'is not', null)
      .executeTakeFirst()
    if (row === undefined) continue
    try {
      await contentSha256(ctx, requireStored(row))
    } catch (error) {
      if (uploadId === upload.upload_id || !isDamage(error)) throw error
      ctx.log.error({ err: error, account, uploadId }, 'stored content is damaged: restore it from a backup')
      await ctx.db
        .updateTable('uploads')
        .set({ unread_at: now() })
        .where('account', '=', account)
        .where('upload_id', '=', uploadId)
        .where('blob_key', '=', row.blob_key)
        .where('unread_at', 'is', null)
        .execute()
    }
  }
}

/** What is stored is gone or wrong. A store that is away, or refuses, is another matter: nothing is promised before it answers. */
function isDamage(error: unknown): boolean {
  const kinds = [MessageError, BlobNotFoundError, BlobDamagedError, BlobRangeError]
  return kinds.some((kind) => error instanceof kind)
}

/** Those of as many bytes that were listed once and never hashed: what was sold of them is told. */
async function listedUploads({ db }: Context, attesting: Attesting): Promise<Hex[]> {
  const rows = await siblings(db, attesting)
    .select('uploads.upload_id')
    .where('uploads.sha256', 'is', null)
    .where('uploads.listing_count', '>', 0)
    .execute()
  return rows.map(({ upload_id }) => upload_id)
}

/** Gives the uploads that have to be hashed before it can be told whether there is a conflict: none where it was told. */
async function requireOnePromise(trx: DatabaseTransaction, attesting: Attesting, sha256: Hex | null): Promise<Hex[]> {
  const { upload, promise } = attesting
  const rivals = [...(await listed(trx, attesting)), ...(await attested(trx, attesting))].filter((rival) =>
    areAtOdds(rival.promise, promise),
  )
  const isSame = (rival: Rival) => rival.upload_id === upload.upload_id || (sha256 !== null && rival.sha256 === sha256)
  // What is published is ended by its maker; what is only attested ends by itself.
  const same = rivals.filter(isSame).toSorted((a, b) => Number(b.isPublished) - Number(a.isPublished))[0]
  if (same !== undefined) throw new PrivacyConflictError(promise, same)
  const unknown = rivals
    .filter((rival) => rival.sha256 === null && rival.unread_at === null)
    .map(({ upload_id }) => upload_id)
  return rivals.length > 0 && sha256 === null ? [upload.upload_id, ...unknown] : unknown
}

/** Uploads of this maker that may hold the same bytes. */
const siblings = (db: Database | DatabaseTransaction, { upload }: Attesting) =>
  db
    .selectFrom('uploads')
    .where('uploads.account', '=', upload.account)
    .where('uploads.size_bytes', '=', upload.size_bytes)
    .where('uploads.blob_key', 'is not', null)

/** Equal, or both null. */
const SAME = 'is not distinct from'

/** What the chain confirms, and takes orders still. */
async function listed(trx: DatabaseTransaction, attesting: Attesting): Promise<Rival[]> {
  const rows = await siblings(trx, attesting)
    .innerJoin('listings', (join) =>
      join.onRef('listings.maker', '=', 'uploads.account').onRef('listings.upload_id', '=', 'uploads.upload_id'),
    )
    .innerJoin('catalogue', 'catalogue.listing', 'listings.listing')
    .select(({ selectFrom }) => [
      'listings.listing',
      'listings.policy',
      'catalogue.exit_at',
      'uploads.upload_id',
      'uploads.sha256',
      'uploads.unread_at',
      // Data without a policy is sold; with one, or as an algorithm, its attestation tells whether it is, too.
      selectFrom('attestations')
        .select(({ fn }) => fn.max('services').as('services'))
        .whereRef('attestations.listing', '=', 'listings.listing')
        .whereRef('attestations.policy', SAME, 'listings.policy')
        .whereRef('attestations.algorithm_terms', SAME, 'listings.algorithm_terms')
        .as('services'),
    ])
    .where('listings.published_block', 'is not', null)
    .where('listings.listing', '!=', attesting.listing)
    .where(({ or, eb }) => or([eb('catalogue.exit_at', '=', 0), eb('catalogue.exit_at', '>', attesting.now)]))
    .execute()
  return rows.map(({ listing, policy, services, exit_at, upload_id, sha256, unread_at }) => ({
    listing,
    promise: rowPromiseOf(services ?? servicesMask(['access']), parsed(policy)),
    until: exit_at === 0 ? undefined : exit_at,
    isPublished: true,
    upload_id,
    sha256,
    unread_at,
  }))
}

/** What may be published any moment, or was in a block that was not read yet. */
async function attested(trx: DatabaseTransaction, attesting: Attesting): Promise<Rival[]> {
  const rows = await siblings(trx, attesting)
    .innerJoin('attestations', (join) =>
      join
        .onRef('attestations.account', '=', 'uploads.account')
        .onRef('attestations.upload_id', '=', 'uploads.upload_id'),
    )
    .select([
      'attestations.listing',
      'attestations.services',
      'attestations.policy',
      'attestations.expiry',
      'uploads.upload_id',
      'uploads.sha256',
      'uploads.unread_at',
    ])
    // Of one listing one set of terms can be published.
    .where('attestations.listing', '!=', attesting.listing)
    .where('attestations.expiry', '>=', attesting.readTo)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('listings')
            .select('listing')
            .whereRef('listings.listing', '=', 'attestations.listing')
            .where('published_block', 'is not', null),
        ),
      ),
    )
    .execute()
  return rows.map(({ listing, services, policy, expiry, upload_id, sha256, unread_at }) => ({
    listing,
    promise: rowPromiseOf(services, parsed(policy)),
    until: expiry,
    isPublished: false,
    upload_id,
    sha256,
    unread_at,
  }))
}

const parsed = (policy: string | null) => (policy === null ? undefined : policySchema.parse(JSON.parse(policy)))
