import { type Goods, type Policy, termsHashOf } from '@gristmill/protocol'
import { readAlgorithm, readStoredAlgorithm } from '../algorithms/algorithm.js'
import type { Context } from '../context.js'
import type { ListingRow, OrderRow, QuoteRow } from '../db/schema.js'
import { algorithmTermsOf, contentOf, findListing, policyOf } from '../listings/listing.js'
import { quoteOf, termsOf } from '../orders/order.js'
import { type StoredUpload, uploadOfListing } from '../uploads/upload.js'

/** An order of a run, and what it is for: rows under a policy, or the algorithm. */
export interface Member {
  order: OrderRow
  listing: ListingRow
  upload: StoredUpload
  quote: QuoteRow
  goods: Goods
  /** Absent where the listing is an algorithm. */
  policy: Policy | undefined
}

/** A member that brings rows. */
export type DataMember = Member & { policy: Policy }

export async function memberOf(ctx: Context, order: OrderRow): Promise<Member> {
  const listing = await findListing(ctx, order.listing)
  const quote = await quoteOf(ctx, order)
  const upload = await uploadOfListing(ctx, listing)
  return { order, listing, upload, quote, goods: termsOf(quote).goods, policy: policyOf(listing) }
}

export const hasData = (member: Member): member is DataMember => member.policy !== undefined

/** Why nothing can be run for a member, whatever the others are for. */
export function faultOf({ listing, goods, policy }: Member): string | undefined {
  if (policy === undefined && algorithmTermsOf(listing) === undefined) return 'its listing has no policy'
  return termsHashOf(contentOf(listing)) === goods.termsHash ? undefined : 'it is for other content'
}

/** The algorithm of a run: the content of the listing that sells it, or what the sponsor sent. */
export async function algorithmOf(ctx: Context, members: readonly Member[]): Promise<Uint8Array> {
  const listed = members.find((member) => !hasData(member))
  if (listed !== undefined) return readStoredAlgorithm(ctx, listed.upload)
  const [first] = members as [Member]
  return readAlgorithm(ctx, first.goods.algorithm)
}
