import { type ListingPage, type ListingSort, type ListListings, searchWords } from '@gristmill/protocol'
import { type RawBuilder, sql } from 'kysely'
import type { Context } from '../context.js'
import { type CatalogueCursor, decodeCursor, encodeCursor } from './catalogue-cursor.js'
import { listingDocumentOf } from './listing.js'

/** Bytes of documents in one page; at least one document is in it, however large. */
const PAGE_BYTES_MAX = 16 * 1_048_576

/** A page of what the chain confirms and this datatrust serves. */
export async function searchCatalogue(ctx: Context, query: ListListings): Promise<ListingPage> {
  const found = await find(ctx, query)
  const page = cut(found, query.limit)
  const ids = page.map(({ listing }) => listing)
  if (ids.length === 0) return { listings: [] }
  const rows = await ctx.db.selectFrom('listings').selectAll().where('listing', 'in', ids).execute()
  const documents = new Map(rows.map((row) => [row.listing, listingDocumentOf(row)]))
  const listings = ids.flatMap((id) => documents.get(id) ?? [])
  const last = page.at(-1)
  if (last === undefined || page.length === found.length) return { listings }
  const { value, position } = last
  return { listings, next: encodeCursor({ sort: query.sort, value: String(value ?? ''), position }) }
}

/** One more than a page holds, so that it is known whether another follows. */
async function find(ctx: Context, query: ListListings) {
  const { market, asset, maker, kind, maxPrice, exited, sort, limit, after } = query
  const price = priceOf(kind)
  const value = VALUES[sort](price)
  const now = ctx.follower.chainTime()
  let select = ctx.db
    .selectFrom('catalogue')
    .select(['listing', 'position', 'document_bytes', value.as('value')])
    .orderBy(sort === 'newest' ? sql`position DESC` : sql`${value} ASC, position ASC`)
    .limit(limit + 1)
  if (market !== undefined) select = select.where('market', '=', market)
  if (asset !== undefined) select = select.where('asset', '=', asset)
  if (maker !== undefined) select = select.where('maker', '=', maker)
  if (kind !== undefined) select = select.where(sql<boolean>`${price} IS NOT NULL`)
  if (maxPrice !== undefined) select = select.where(sql<boolean>`${price} <= CAST(${maxPrice.toString()} AS numeric)`)
  if (exited === true) select = select.where('exit_at', '<>', 0).where('exit_at', '<=', now)
  if (exited === false) select = select.where(sql<boolean>`(exit_at = 0 OR exit_at > CAST(${now} AS bigint))`)
  for (const word of searchWords(query.words ?? '')) {
    select = select.where('search_text', 'like', `%${escapeLike(word)}%`)
  }
  if (after !== undefined) select = select.where(isAfter(decodeCursor(after, sort), value))
  return select.execute()
}

/** What a listing costs: one service, or the cheaper one. */
function priceOf(kind: ListListings['kind']): RawBuilder<string> {
  if (kind === undefined) return sql`LEAST(access_price, compute_price)`
  return kind === 'access' ? sql`access_price` : sql`compute_price`
}

/** What is compared, as PostgreSQL's own type; the position decides between equals. */
const VALUES: Readonly<Record<ListingSort, (price: RawBuilder<string>) => RawBuilder<string | number | null>>> = {
  newest: () => sql`NULL`,
  price: (price) => price,
  name: () => sql`name_key`,
  size: () => sql`size_bytes`,
}

const TYPES: Readonly<Record<Exclude<ListingSort, 'newest'>, RawBuilder<unknown>>> = {
  price: sql`numeric`,
  name: sql`text`,
  size: sql`bigint`,
}

function isAfter({ sort, value: last, position }: CatalogueCursor, value: RawBuilder<unknown>): RawBuilder<boolean> {
  const here = sql`CAST(${position} AS bigint)`
  if (sort === 'newest') return sql`position < ${here}`
  const there = sql`CAST(${last} AS ${TYPES[sort]})`
  return sql`(${value} > ${there} OR (${value} = ${there} AND position > ${here}))`
}

/** A word as LIKE takes it literally. */
function escapeLike(word: string): string {
  return word.replace(/[\\%_]/g, '\\$&')
}

function cut<Entry extends { document_bytes: number }>(found: readonly Entry[], limit: number): Entry[] {
  let bytes = 0
  return found.slice(0, limit).filter(({ document_bytes }, index) => {
    bytes += document_bytes
    return index === 0 || bytes <= PAGE_BYTES_MAX
  })
}
