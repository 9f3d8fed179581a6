import type { ListingId, Policy } from '@gristmill/protocol'
import type { Listing } from '@gristmill/sdk'
import type { Command } from 'commander'
import { parseId } from '../arguments.js'
import type { Io } from '../io.js'
import type { Money } from '../money.js'
import { fields, printResult } from '../output.js'
import { openReader } from '../session.js'
import { moneyOfListing, pricesOf } from './listing-money.js'

export async function showListing(io: Io, command: Command, id: string): Promise<void> {
  const listingId = parseId('listing', id) as ListingId
  await using reader = await openReader(io, command)
  const listing = await reader.client.listings.get({ listing: listingId })
  printResult(io, command, listing, describe(listing, await moneyOfListing(reader, listing)))
}

function describe(listing: Listing, money: Money): string[] {
  const { document } = listing
  const { metadata, policy } = document
  return fields({
    listing: listing.listing,
    name: metadata.name,
    description: metadata.description,
    license: metadata.license,
    files: metadata.files.map((file) => `${file.name} (${file.sizeBytes} bytes)`).join(', '),
    rows: metadata.rows,
    columns: metadata.columns?.map((column) => `${column.name}: ${column.type}`).join(', '),
    prices: pricesOf(listing, money),
    maker: listing.maker,
    market: listing.market,
    datatrust: listing.datatrust,
    contentRoot: document.contentRoot,
    policy: policy === undefined ? undefined : document.policyHash,
    leaves: document.rowsAtMost === undefined ? undefined : `at most ${document.rowsAtMost} rows in one run`,
    exitAt: listing.exitAt === 0 ? undefined : listing.exitAt,
    ...algorithmsOf(policy),
  })
}

/** What may run, with the range of every parameter. */
function algorithmsOf(policy: Policy | undefined): Record<string, string> {
  const rows = (policy?.algorithms ?? []).map(({ digest, parameters }, index) => {
    const ranges = Object.entries(parameters).map(([name, { min, max }]) => `${name} ${min}..${max}`)
    return [index === 0 ? 'algorithm' : `algorithm ${index + 1}`, [digest, ...ranges].join(', ')]
  })
  return Object.fromEntries(rows)
}
