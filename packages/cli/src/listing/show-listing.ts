import type { ListingId } from '@gristmill/protocol'
import type { Client, Listing, ListingSignal } from '@gristmill/sdk'
import type { Command } from 'commander'
import { parseId } from '../arguments.js'
import { formatInstant } from '../duration.js'
import type { Io } from '../io.js'
import { formatShares } from '../money.js'
import { printResult } from '../output.js'
import { openReader } from '../session.js'
import { moneyOfListing } from './listing-money.js'
import { type ListingPage, renderListing } from './render-listing.js'

export async function showListing(io: Io, command: Command, id: string): Promise<void> {
  const listingId = parseId('listing', id) as ListingId
  await using reader = await openReader(io, command)
  const { client } = reader
  const listing = await client.listings.get({ listing: listingId })
  const [money, now, signal] = await Promise.all([
    moneyOfListing(reader, listing),
    client.chainTime(),
    client.signals.of({ listing: listingId }),
  ])
  const challenge = await challengeText(client, listing, now)
  const page = { ...pageOf(listing, now), challenge, signal: signalText(signal) }
  printResult(io, command, { ...listing, signal, isRemoved: challenge === REMOVED }, renderListing(page, money))
}

const REMOVED = 'removed by the share holders of its market'

/** A listing that takes orders was not removed: no log has to be searched for it. */
async function challengeText(
  client: Client,
  { listing, exitAt, heldUntil }: Listing,
  now: number,
): Promise<string | undefined> {
  const poll = Number(await client.contracts.curation.openPollOf(listing))
  if (poll !== 0) {
    const held = heldUntil > now ? `; its bond is held until ${formatInstant(heldUntil)} at the latest` : ''
    return `share holders vote on removing it in poll ${poll}${held}`
  }
  if (exitAt === 0 || exitAt > now) return undefined
  const { deployedAtBlock: fromBlock } = client.deployment
  const events = await client.listings.events({ fromBlock, toBlock: 'latest', listing })
  return events.some(({ type }) => type === 'removed') ? REMOVED : undefined
}

function signalText({ active, pending }: ListingSignal): string | undefined {
  if (active === 0n && pending === 0n) return undefined
  return `${formatShares(active)} that earn, ${formatShares(pending)} that wait`
}

/** `now` is the chain's, Unix seconds: a local chain may be ahead of our clock. */
function pageOf({ document, activeFrom, ...record }: Listing, now: number): ListingPage {
  const { metadata, policy, algorithmTerms, rowsAtMost, sizeBytes, contentRoot } = document
  const opens = activeFrom > now ? `takes orders from ${formatInstant(activeFrom)}` : ''
  return { ...record, metadata, policy, algorithmTerms, rowsAtMost, sizeBytes, contentRoot, opens }
}
