import {
  type AlgorithmTerms,
  algorithmTermsSchema,
  type Content,
  type ListingDocument,
  type ListingId,
  metadataSchema,
  type Policy,
  policySchema,
} from '@gristmill/protocol'
import type { Context } from '../context.js'
import type { ListingRow } from '../db/schema.js'
import { ListingNotFoundError } from './listing-errors.js'

/** A listing that the chain confirms and this datatrust serves, or ListingNotFoundError. */
export async function findListing({ db }: Pick<Context, 'db'>, listing: ListingId): Promise<ListingRow> {
  const row = await db
    .selectFrom('listings')
    .selectAll()
    .where('listing', '=', listing)
    .where('published_block', 'is not', null)
    .executeTakeFirst()
  if (row === undefined) throw new ListingNotFoundError(listing)
  return row
}

/** The policy of a listing with compute, unless it is an algorithm. */
export function policyOf({ policy }: Pick<ListingRow, 'policy'>): Policy | undefined {
  return policy === null ? undefined : policySchema.parse(JSON.parse(policy))
}

/** What an algorithm listing sells. */
export function algorithmTermsOf({ algorithm_terms }: Pick<ListingRow, 'algorithm_terms'>): AlgorithmTerms | undefined {
  return algorithm_terms === null ? undefined : algorithmTermsSchema.parse(JSON.parse(algorithm_terms))
}

/** What a listing is of. */
export function contentOf(row: ListingRow): Content {
  return {
    contentRoot: row.content_root,
    sizeBytes: BigInt(row.size_bytes),
    policyHash: row.policy_hash,
    metadataHash: row.metadata_hash,
  }
}

/** A listing as everybody sees it. */
export function listingDocumentOf(row: ListingRow): ListingDocument {
  const [policy, algorithmTerms] = [policyOf(row), algorithmTermsOf(row)]
  return {
    listing: row.listing,
    market: row.market,
    maker: row.maker,
    contentRoot: row.content_root,
    sizeBytes: row.size_bytes,
    policyHash: row.policy_hash,
    metadataHash: row.metadata_hash,
    metadata: metadataSchema.parse(JSON.parse(row.metadata)),
    ...(policy === undefined ? {} : { policy }),
    ...(algorithmTerms === undefined ? {} : { algorithmTerms }),
    ...(row.rows_at_most === null ? {} : { rowsAtMost: row.rows_at_most }),
  }
}
