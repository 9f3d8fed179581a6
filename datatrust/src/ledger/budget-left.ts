import { type Address, type BudgetDocument, costOf } from '@gristmill/protocol'
import type { Context } from '../context.js'
import type { ListingRow } from '../db/schema.js'
import { policyOf } from '../listings/listing.js'
import { ListingNotFoundError } from '../listings/listing-errors.js'
import { datasetOf, uploadOfListing } from '../uploads/upload.js'
import { spentOf } from './charge.js'

/** What a listing's budget has left, in all and for one sponsor. Throws `ListingNotFoundError` where nothing can be run. */
export async function budgetLeft(ctx: Context, listing: ListingRow, sponsor: Address): Promise<BudgetDocument> {
  const policy = policyOf(listing)
  if (policy === undefined) throw new ListingNotFoundError(listing.listing)
  const { budget } = policy
  const dataset = datasetOf(await uploadOfListing(ctx, listing))
  const spent = await spentOf(ctx.db, { dataset, maker: listing.maker }, sponsor)
  // Another listing of the same data may have overdrawn this one's.
  const amount = (bits: number, epsilonMicros: number) => ({
    bits: Math.max(0, bits),
    epsilonMicros: Math.max(0, epsilonMicros),
  })
  const epsilonMicros = budget.epsilonMicros ?? 0
  return {
    listing: listing.listing,
    run: costOf(policy),
    left: amount(budget.bits - spent.bits, epsilonMicros - spent.epsilonMicros),
    sponsorLeft: amount(
      budget.bitsPerSponsor - spent.sponsorBits,
      (budget.epsilonMicrosPerSponsor ?? epsilonMicros) - spent.sponsorEpsilonMicros,
    ),
  }
}
