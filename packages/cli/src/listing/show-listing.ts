import type { ListingId } from '@gristmill/protocol'
import type { Listing } from '@gristmill/sdk'
import type { Command } from 'commander'
import { parseId } from '../arguments.js'
import { formatInstant } from '../duration.js'
import type { Io } from '../io.js'
import { printResult } from '../output.js'
import { openReader } from '../session.js'
import { moneyOfListing } from './listing-money.js'
import { type ListingPage, renderListing } from './render-listing.js'

export async function showListing(io: Io, command: Command, id: string): Promise<void> {
  const listingId = parseId('listing', id) as ListingId
  await using reader = await openReader(io, command)
  const { client } = reader
  const listing = await client.listings.get({ listing: listingId })
  const [money, now] = await Promise.all([moneyOfListing(reader, listing), client.chainTime()])
  printResult(io, command, listing, renderListing(pageOf(listing, now), money))
}

/** `now` is the chain's, Unix seconds: a local chain may be ahead of our clock. */
function pageOf({ document, activeFrom, ...record }: Listing, now: number): ListingPage {
  const { metadata, policy, rowsAtMost, sizeBytes, contentRoot } = document
  const opens = activeFrom > now ? `takes orders from ${formatInstant(activeFrom)}` : ''
  return { ...record, metadata, policy, rowsAtMost, sizeBytes, contentRoot, opens }
}
