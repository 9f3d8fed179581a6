import type { Listing } from '@gristmill/sdk'
import type { Command } from 'commander'
import type { Io } from '../io.js'
import type { Money } from '../money.js'
import { note, printResult } from '../output.js'
import { openReader } from '../session.js'
import { moneyOfListing, pricesOf } from './listing-money.js'

export async function showListings(io: Io, command: Command, options: { after?: string }): Promise<void> {
  await using reader = await openReader(io, command)
  const after = options.after === undefined ? {} : { after: options.after }
  const { listings, next } = await reader.client.listings.list(after)
  const lines: string[] = []
  for (const listing of listings) lines.push(...summaryOf(listing, await moneyOfListing(reader, listing)), '')
  if (listings.length === 0) note(io, 'Nothing is listed yet.')
  if (next !== undefined) note(io, `There are more: gristmill listings --after ${next}`)
  printResult(io, command, { listings, next }, lines.slice(0, -1))
}

function summaryOf(listing: Listing, money: Money): string[] {
  const { name, rows } = listing.document.metadata
  const size = rows === undefined ? `${listing.document.sizeBytes} bytes` : `${rows} rows`
  return [`${name} (${size}) ${pricesOf(listing, money)}`, `  ${listing.listing}`]
}
