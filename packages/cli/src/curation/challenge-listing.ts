import type { ListingId } from '@gristmill/protocol'
import type { Command } from 'commander'
import { parseId } from '../arguments.js'
import type { Io } from '../io.js'
import type { Source } from '../payment.js'
import { openSession } from '../session.js'
import { openPoll, pollMarketOf, requireEvidence } from './open-poll.js'

const CHALLENGE_GAS = 500_000n

export interface ChallengeListingOptions {
  because: string
  from: Source
}

export async function challengeListing(
  io: Io,
  command: Command,
  id: string,
  { because: evidence, from }: ChallengeListingOptions,
): Promise<void> {
  const listing = parseId('listing', id) as ListingId
  requireEvidence(evidence)
  await using session = await openSession(io, command)
  const { client } = session
  const record = await client.listings.record({ listing })
  const { market, money } = await pollMarketOf(client, record.market)
  await openPoll(io, command, session, {
    market,
    money,
    from,
    poll: {
      title: `Challenge listing ${listing}`,
      subject: { listing },
      facts: { because: evidence, maker: record.maker },
      ifPassed: 'the listing is removed; the bond comes back with 40 % of what is there of the listing’s',
      irreversible: 'A challenge cannot be taken back; what you write stays on the chain.',
      call: { function: 'challenge', args: { listing, evidence }, typicalGas: CHALLENGE_GAS },
      open: (payment) => client.curation.challenge({ listing, evidence, payment }),
    },
  })
}
