import { type Address, dealSchema, type Hex, isProtocolError, type ListingId, ProtocolError } from '@gristmill/protocol'
import { sql } from 'kysely'
import type { AdminParts } from '../admin/admin-task.js'
import { recordAct } from '../audit/acts.js'
import type { Context } from '../context.js'
import type { DatabaseTransaction } from '../db/open-database.js'
import { findListing } from '../listings/listing.js'
import { AssetShreddedError } from '../uploads/upload-errors.js'

/** What is left on record of content that was destroyed. */
export interface Shred {
  /** All that were of this content. */
  listings: ListingId[]
  contentRoot: Hex
  sizeBytes: number
  /** Unix seconds. */
  shreddedAt: number
}

/**
 * Thrown when content is to be destroyed that may still be needed.
 *
 * @remedy Exit the listing, and try again after the moment in `details.from`, when no order can be served any more.
 */
export class NotShreddableError extends ProtocolError {
  readonly code = 'NOT_SHREDDABLE' as const

  constructor(listing: ListingId, problem: string, from?: number) {
    super(`The content of listing ${listing} was not destroyed: ${problem}.`, {
      details: { listing, problem, ...(from === undefined ? {} : { from }) },
    })
  }
}

type ShredParts = Pick<AdminParts, 'db' | 'blobs' | 'chain' | 'log' | 'sync'>

/**
 * Destroys the content of a listing: its key packets, the secret of its blinds, its blob, and what was made of it for
 * orders. Refused while an order could still be placed, served, or disputed, of any listing of the same content.
 */
export async function shredListing(
  parts: ShredParts,
  listing: ListingId,
  reason: 'operator' | 'schedule',
  afterSeconds = 0,
): Promise<Shred> {
  const { db, blobs, chain, log } = parts
  await parts.sync?.()
  const { maker, upload_id } = await findListing(parts, listing)
  const siblings = await db
    .selectFrom('listings')
    .select('listing')
    .where('maker', '=', maker)
    .where('upload_id', '=', upload_id)
    .execute()
  const listings = siblings.map((row) => row.listing)
  const now = await chain.now()
  const endedAt = await requireEnded(parts, listings, now)
  const { shred, blobKeys } = await db.transaction().execute(async (trx) => {
    const lastAt = Math.max(endedAt, await lastOrderEnd(trx, listings)) + afterSeconds
    if (lastAt >= now)
      throw new NotShreddableError(listing, `orders may need it until ${lastAt} (Unix seconds)`, lastAt)
    const target = { maker, upload_id, listings, now }
    // Before attestations are looked for: who is about to attest it is seen, or finds it destroyed.
    const content = await lockContent(trx, target)
    await requireNoAttestation(trx, listing, target)
    return destroy(trx, { ...target, reason }, content)
  })
  // A crash in between leaves blobs that no row refers to: they go at the next start.
  for (const key of blobKeys) await blobs.delete(key)
  log.warn({ listings, reason }, 'content shredded')
  return shred
}

/** Unix seconds when the last of them ended; by then every order of them is known here. */
async function requireEnded({ db, chain }: ShredParts, listings: readonly ListingId[], now: number): Promise<number> {
  let endedAt = 0
  for (const listing of listings) {
    const record = await chain.listing(listing)
    if (record === null) continue
    if (record.exitAt === 0 || record.exitAt > now) {
      const when = record.exitAt === 0 ? 'end it first' : `it takes orders until ${record.exitAt} (Unix seconds)`
      throw new NotShreddableError(listing, when, record.exitAt)
    }
    endedAt = Math.max(endedAt, record.exitAt)
  }
  const cursor = await db.selectFrom('cursor').select('block_number').executeTakeFirst()
  const readTo = cursor === undefined ? null : await chain.blockTime(cursor.block_number)
  if (readTo === null || readTo <= endedAt) {
    const [listing] = listings as readonly [ListingId]
    throw new NotShreddableError(listing, 'the chain was not read to its end yet; let the datatrust run, and try again')
  }
  return endedAt
}

/** Unix seconds until which the last order could be served or disputed. */
async function lastOrderEnd(trx: DatabaseTransaction, listings: readonly ListingId[]): Promise<number> {
  const orders = await trx
    .selectFrom('orders')
    .innerJoin('quotes', 'quotes.digest', 'orders.digest')
    .select(['orders.fulfil_by', 'quotes.deal'])
    .where('orders.listing', 'in', listings)
    .execute()
  const ends = orders.map(({ fulfil_by, deal }) => fulfil_by + dealSchema.parse(JSON.parse(deal)).window)
  return Math.max(0, ...ends)
}

interface Target {
  maker: Address
  upload_id: Hex
  listings: readonly ListingId[]
  now: number
}

/** The maker may be about to list it once more. */
async function requireNoAttestation(trx: DatabaseTransaction, listing: ListingId, target: Target): Promise<void> {
  const attested = await trx
    .selectFrom('attestations')
    .select('expiry')
    .where('account', '=', target.maker)
    .where('upload_id', '=', target.upload_id)
    .where('listing', 'not in', target.listings)
    .where('expiry', '>=', target.now)
    .executeTakeFirst()
  if (attested === undefined) return
  throw new NotShreddableError(listing, `it is attested for another listing until ${attested.expiry}`, attested.expiry)
}

async function lockContent(trx: DatabaseTransaction, { maker, upload_id }: Target) {
  const row = await trx
    .selectFrom('uploads')
    .select(['blob_key', 'leaves_key', 'sha256', 'content_root', 'size_bytes'])
    .where('account', '=', maker)
    .where('upload_id', '=', upload_id)
    .forUpdate()
    .executeTakeFirstOrThrow()
  const { blob_key, leaves_key, sha256, content_root, size_bytes } = row
  if (blob_key === null || content_root === null) throw new AssetShreddedError(upload_id)
  return { blob_key, leaves_key, sha256, content_root, size_bytes }
}

async function destroy(
  trx: DatabaseTransaction,
  { maker, upload_id, listings, reason, now }: Target & { reason: string },
  { blob_key, leaves_key, sha256, content_root, size_bytes }: Awaited<ReturnType<typeof lockContent>>,
) {
  const copies = await trx
    .selectFrom('orders')
    .select('message_key')
    .where('listing', 'in', listings)
    .where('kind', '=', 'access')
    .where('message_key', 'is not', null)
    .execute()
  await trx
    .updateTable('orders')
    .set({ message_key: null, message_header: null })
    .where('listing', 'in', listings)
    .where('kind', '=', 'access')
    .execute()
  await trx
    .updateTable('uploads')
    .set({
      blob_key: null,
      leaves_key: null,
      sha256: null,
      content_root: null,
      secret: null,
      key_packets: null,
      key_fingerprint: null,
      shredded_at: now,
    })
    .where('account', '=', maker)
    .where('upload_id', '=', upload_id)
    .execute()
  const record = { account: maker, upload_id, listings: JSON.stringify(listings), sha256, content_root, size_bytes }
  await trx
    .insertInto('shreds')
    .values({ ...record, reason, shredded_at: now })
    .execute()
  const [listing] = listings
  await recordAct(trx, {
    type: 'content-shredded',
    account: maker,
    ...(listing === undefined ? {} : { listing }),
    subject: upload_id,
    details: { listings, contentRoot: content_root, sizeBytes: size_bytes, reason },
  })
  const shred: Shred = {
    listings: [...listings],
    contentRoot: content_root,
    sizeBytes: size_bytes,
    shreddedAt: now,
  }
  return {
    shred,
    blobKeys: [
      blob_key,
      ...(leaves_key === null ? [] : [leaves_key]),
      ...copies.flatMap(({ message_key }) => message_key ?? []),
    ],
  }
}

/** Destroys what has been over for as long as the operator set; what is still needed is left for another round. */
export async function sweepShreddable(ctx: Context): Promise<void> {
  const { shredAfterSeconds } = ctx.config.limits
  if (shredAfterSeconds === undefined) return
  const due = await ctx.db
    .selectFrom('catalogue')
    .innerJoin('listings', 'listings.listing', 'catalogue.listing')
    .innerJoin('uploads', (join) =>
      join.onRef('uploads.account', '=', 'listings.maker').onRef('uploads.upload_id', '=', 'listings.upload_id'),
    )
    .select('catalogue.listing')
    .where('catalogue.exit_at', '<>', 0)
    .where('catalogue.exit_at', '<', ctx.follower.chainTime() - shredAfterSeconds)
    .where('uploads.shredded_at', 'is', null)
    .where('uploads.blob_key', 'is not', null)
    .orderBy(sql`catalogue.exit_at`)
    .execute()
  for (const { listing } of due) {
    try {
      await shredListing(ctx, listing, 'schedule', shredAfterSeconds)
    } catch (error) {
      if (!isProtocolError(error, 'NOT_SHREDDABLE') && !isProtocolError(error, 'ASSET_SHREDDED')) throw error
    }
  }
}
