import { termsHashOf } from '@gristmill/protocol'
import type { ListingPublished } from '../chain/chain-event.js'
import type { DatabaseTransaction } from '../db/open-database.js'
import { enterIntoCatalogue } from './catalogue.js'

/** Takes up a listing that the chain confirms, if this datatrust attested exactly this content. */
export async function adoptListing(trx: DatabaseTransaction, event: ListingPublished): Promise<boolean> {
  const attested = await trx
    .selectFrom('attestations')
    .innerJoin('uploads', (join) =>
      join
        .onRef('uploads.account', '=', 'attestations.account')
        .onRef('uploads.upload_id', '=', 'attestations.upload_id'),
    )
    .select(['attestations.upload_id', 'metadata', 'policy', 'rows_at_most'])
    .where('listing', '=', event.listing)
    .where('terms_hash', '=', termsHashOf(event.content))
    .where('attestations.account', '=', event.maker)
    .limit(1)
    .executeTakeFirst()
  if (attested === undefined) return false
  await trx
    .insertInto('listings')
    .values({
      listing: event.listing,
      market: event.market,
      maker: event.maker,
      upload_id: attested.upload_id,
      content_root: event.content.contentRoot,
      size_bytes: Number(event.content.sizeBytes),
      policy_hash: event.content.policyHash,
      metadata_hash: event.content.metadataHash,
      metadata: attested.metadata,
      policy: attested.policy,
      rows_at_most: attested.rows_at_most,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  const row = await trx
    .selectFrom('listings')
    .selectAll()
    .where('listing', '=', event.listing)
    .executeTakeFirstOrThrow()
  await enterIntoCatalogue(trx, row, event)
  return true
}
