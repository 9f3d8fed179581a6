import type { ListingId, Policy } from '@gristmill/protocol'
import type { Listing } from '@gristmill/sdk'
import type { Command } from 'commander'
import { parseId } from '../arguments.js'
import type { Io } from '../io.js'
import { type Money, moneyOf } from '../money.js'
import { fields, note, printResult } from '../output.js'
import { openReader, type Reader } from '../session.js'

/** `listings`, `show`. */
export function addListingCommands(program: Command, io: Io): void {
  program
    .command('listings')
    .description('what the datatrust offers')
    .option('--after <cursor>', 'continue a page')
    .action(async (options: { after?: string }, command: Command) => {
      await using reader = await openReader(io, command)
      const after = options.after === undefined ? {} : { after: options.after }
      const { listings, next } = await reader.client.listings.list(after)
      const lines: string[] = []
      for (const listing of listings) lines.push(...summaryOf(listing, await moneyOfListing(reader, listing)), '')
      if (listings.length === 0) note(io, 'Nothing is listed yet.')
      if (next !== undefined) note(io, `There are more: gristmill listings --after ${next}`)
      printResult(io, command, { listings, next }, lines.slice(0, -1))
    })

  program
    .command('show')
    .description('everything about a listing, checked against the chain')
    .argument('<listing>')
    .action(async (id: string, _options: unknown, command: Command) => {
      await using reader = await openReader(io, command)
      const listing = await reader.client.listings.get({ listing: parseId('listing', id) as ListingId })
      printResult(io, command, listing, describe(listing, await moneyOfListing(reader, listing)))
    })
}

/** How prices of a listing are written. */
export async function moneyOfListing({ client }: Reader, { market }: Pick<Listing, 'market'>): Promise<Money> {
  return moneyOf(client, (await client.markets.get({ market })).asset)
}

function summaryOf(listing: Listing, money: Money): string[] {
  const { name, rows } = listing.document.metadata
  const size = rows === undefined ? `${listing.document.sizeBytes} bytes` : `${rows} rows`
  return [`${name} (${size}) ${pricesOf(listing, money)}`, `  ${listing.listing}`]
}

function pricesOf({ prices }: Listing, money: Money): string {
  const { access, compute } = prices
  return [
    ...(access === undefined ? [] : [`access ${money.format(access)}`]),
    ...(compute === undefined ? [] : [`compute ${money.format(compute)}`]),
  ].join(', ')
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
