import { type Address, type Metadata, metadataSchema, searchable } from '@gristmill/protocol'
import type { ListingExiting, ListingPublished, PricesChanged } from '../chain/chain-event.js'
import { rememberUndo } from '../chain/undo.js'
import type { DatabaseTransaction } from '../db/open-database.js'
import type { ListingRow } from '../db/schema.js'

/** So much of a listing's text is searched, characters: name and description always fit, column names mostly. */
const SEARCH_TEXT_MAX = 32_768

/** So much of a name decides its place, code points: lower case can be longer than what it is of. */
const NAME_KEY_MAX = 200

/** Enters a listing, or what the chain now says about it. */
export async function enterIntoCatalogue(
  trx: DatabaseTransaction,
  row: ListingRow,
  { asset, prices }: Pick<ListingPublished, 'asset' | 'prices'>,
): Promise<void> {
  const metadata = metadataSchema.parse(JSON.parse(row.metadata))
  const changing = { ...priceColumns(prices), exit_at: 0 }
  await trx
    .insertInto('catalogue')
    .values({
      listing: row.listing,
      position: row.position,
      market: row.market,
      asset: asset as Address,
      maker: row.maker,
      name_key: [...searchable(metadata.name)].slice(0, NAME_KEY_MAX).join(''),
      search_text: searchTextOf(metadata),
      size_bytes: row.size_bytes,
      document_bytes: Buffer.byteLength(row.metadata) + Buffer.byteLength(row.policy ?? ''),
      ...changing,
    })
    .onConflict((conflict) => conflict.column('listing').doUpdateSet(changing))
    .execute()
}

/** Takes over what changed of a listing; one that is served elsewhere is not here. */
export async function changeCatalogue(trx: DatabaseTransaction, event: PricesChanged | ListingExiting): Promise<void> {
  const { listing, blockNumber } = event
  const before = await trx
    .selectFrom('catalogue')
    .select(['access_price', 'compute_price', 'exit_at'])
    .where('listing', '=', listing)
    .executeTakeFirst()
  if (before === undefined) return
  const change = event.type === 'prices-changed' ? priceColumns(event.prices) : { exit_at: event.exitAt }
  await trx.updateTable('catalogue').set(change).where('listing', '=', listing).execute()
  await rememberUndo(trx, blockNumber, { type: 'change', listing, before })
}

function priceColumns({ access, compute }: ListingPublished['prices']) {
  return { access_price: access?.toString() ?? null, compute_price: compute?.toString() ?? null }
}

function searchTextOf({ name, description, license, keywords = [], columns = [] }: Metadata): string {
  const text = [name, description, license, ...keywords, ...columns.map((column) => column.name)].join('\n')
  // PostgreSQL takes no NUL, which JSON may hold.
  return searchable(text).replaceAll('\0', ' ').slice(0, SEARCH_TEXT_MAX)
}
