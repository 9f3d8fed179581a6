import type { ListingId } from '@gristmill/protocol'
import type { Command } from 'commander'
import { parseId } from '../arguments.js'
import { ArgumentError } from '../cli-errors.js'
import { formatDuration, formatInstant } from '../duration.js'
import { type Io, leaveWord } from '../io.js'
import { percent } from '../market/market-fields.js'
import { formatShares, moneyOf } from '../money.js'
import { fields, note, printResult } from '../output.js'
import { planPayment, type Source } from '../payment.js'
import { step } from '../progress.js'
import { openSession } from '../session.js'

const CHALLENGE_GAS = 500_000n
const EVIDENCE_BYTES_MAX = 512

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
  const bytes = Buffer.byteLength(evidence)
  if (bytes > EVIDENCE_BYTES_MAX) {
    throw new ArgumentError('--because', `has ${bytes} bytes, more than ${EVIDENCE_BYTES_MAX}: link to the rest.`)
  }
  await using session = await openSession(io, command)
  const { client } = session
  const record = await client.listings.record({ listing })
  const { asset, config } = await client.markets.get({ market: record.market })
  const money = await moneyOf(client, asset)
  const amount = config.challengeBond
  const paid = await planPayment(io, session, { from, money, amount, module: 'curation' })
  await session.confirm({
    title: `Challenge listing ${listing}`,
    facts: {
      because: evidence,
      maker: record.maker,
      votes: `for ${formatDuration(config.pollSeconds)}; ${percent(config.quorumBps)} of the shares have to vote`,
      'if removed': 'the bond comes back with 40 % of what is there of the listing’s',
      'if not': `the bond is lost; without quorum ${percent(config.challengeFeeBps)} of it`,
    },
    moves: [{ money, amount, from, to: 'the bond of the challenge' }],
    signatures: paid.signatures,
    transactions: [
      ...paid.transactions,
      { contract: 'curation', function: 'challenge', args: { listing, evidence }, typicalGas: CHALLENGE_GAS },
    ],
    irreversible: 'A challenge cannot be taken back; what you write stays on the chain.',
  })
  await paid.prepare()
  const { payment } = paid
  const opened = await step(io, 'Opens the poll', () => client.curation.challenge({ listing, evidence, payment }))
  const { receipt, ...rest } = opened
  leaveWord(io, `Poll ${rest.poll} is open: go on with gristmill poll ${rest.poll}`)
  const lines = fields({
    poll: rest.poll,
    listing,
    bond: money.format(rest.bond),
    quorum: formatShares(rest.quorum),
    votes: `until ${formatInstant(rest.closesAt)}`,
    transaction: receipt.hash,
  })
  printResult(io, command, { listing, ...rest, transactionHash: receipt.hash }, lines)
  note(io, `If you have shares: gristmill vote ${rest.poll} yes`)
}
