import { termsHashOf } from '@gristmill/protocol'
import type { ListingPublished } from '../chain/chain-event.js'
import { rememberUndo } from '../chain/undo.js'
import type { DatabaseTransaction } from '../db/open-database.js'
import { enterIntoCatalogue } from './catalogue.js'

/** Takes up a listing that the chain confirms, if this datatrust attested exactly this content. */
export async function adoptListing(trx: DatabaseTransaction, event: ListingPublished): Promise<void> {
  const attested = await trx
    .selectFrom('attestations')
    .innerJoin('uploads', (join) =>
      join
        .onRef('uploads.account', '=', 'attestations.account')
        .onRef('uploads.upload_id', '=', 'attestations.upload_id'),
    )
    .select(['attestations.upload_id', 'metadata', 'policy', 'algorithm_terms', 'rows_at_most'])
    .where('listing', '=', event.listing)
    .where('terms_hash', '=', termsHashOf(event.content))
    .where('attestations.account', '=', event.maker)
    .limit(1)
    .executeTakeFirst()
  if (attested === undefined) return
  const { listing, blockNumber } = event
  const known = await trx
    .selectFrom('listings')
    .select('published_block')
    .where('listing', '=', listing)
    .executeTakeFirst()
  await trx
    .insertInto('listings')
    .values({
      listing,
      market: event.market,
      maker: event.maker,
      upload_id: attested.upload_id,
      content_root: event.content.contentRoot,
      size_bytes: Number(event.content.sizeBytes),
      policy_hash: event.content.policyHash,
      metadata_hash: event.content.metadataHash,
      metadata: attested.metadata,
      policy: attested.policy,
      algorithm_terms: attested.algorithm_terms,
      rows_at_most: attested.rows_at_most,
      published_block: blockNumber,
    })
    .onConflict((conflict) => conflict.column('listing').doUpdateSet({ published_block: blockNumber }))
    .execute()
  if (known?.published_block == null) await rememberUndo(trx, blockNumber, { type: 'publish', listing })
  const row = await trx.selectFrom('listings').selectAll().where('listing', '=', listing).executeTakeFirstOrThrow()
  await enterIntoCatalogue(trx, row, event)
}
