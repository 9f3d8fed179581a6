import type { MarketId } from '@gristmill/protocol'
import type { Client, Market, OpenPollResult, PaymentMethod } from '@gristmill/sdk'
import type { Command } from 'commander'
import { ArgumentError } from '../argument-errors.js'
import { formatDuration, formatInstant } from '../duration.js'
import { type Io, leaveWord } from '../io.js'
import { percent } from '../market/market-fields.js'
import { formatShares, type Money, moneyOf } from '../money.js'
import { fields, note, printResult } from '../output.js'
import { planPayment, type Source } from '../payment.js'
import { step } from '../progress.js'
import type { Session } from '../session.js'

const EVIDENCE_BYTES_MAX = 512

/** A poll that is about to be opened. */
export interface PlannedPoll {
  title: string
  /** What it is about; goes with the result, too. */
  subject: Record<string, string | number | boolean>
  facts: Record<string, string>
  ifPassed: string
  irreversible: string
  call: { function: string; args: Record<string, unknown>; typicalGas: bigint }
  open(payment: PaymentMethod): Promise<OpenPollResult>
}

/** The market of a poll that is to be opened, and how its bond is written. */
export async function pollMarketOf(client: Client, market: MarketId): Promise<{ market: Market; money: Money }> {
  const record = await client.markets.get({ market })
  return { market: record, money: await moneyOf(client, record.asset) }
}

/** Throws ArgumentError if it is longer than a poll takes. */
export function requireEvidence(evidence: string): void {
  const bytes = Buffer.byteLength(evidence)
  if (bytes <= EVIDENCE_BYTES_MAX) return
  throw new ArgumentError('--because', `has ${bytes} bytes, more than ${EVIDENCE_BYTES_MAX}: link to the rest.`)
}

/** Plans the bond, asks, opens the poll and says how it goes on. */
export async function openPoll(
  io: Io,
  command: Command,
  session: Session,
  { market, money, from, poll }: { market: Market; money: Money; from: Source; poll: PlannedPoll },
): Promise<void> {
  const { config } = market
  const amount = config.challengeBond
  const paid = await planPayment(io, session, { from, money, amount, module: 'curation' })
  await session.confirm({
    title: poll.title,
    facts: {
      ...poll.facts,
      votes: `for ${formatDuration(config.pollSeconds)}; ${percent(config.quorumBps)} of the shares have to vote`,
      'if it passes': poll.ifPassed,
      'if not': `the bond is lost; without quorum ${percent(config.challengeFeeBps)} of it`,
    },
    moves: [{ money, amount, from, to: 'the bond of the poll' }],
    signatures: paid.signatures,
    transactions: [...paid.transactions, { contract: 'curation', ...poll.call }],
    irreversible: poll.irreversible,
  })
  await paid.prepare()
  const { receipt, ...opened } = await step(io, 'Opens the poll', () => poll.open(paid.payment))
  leaveWord(io, `Poll ${opened.poll} is open: go on with gristmill poll ${opened.poll}`)
  const lines = fields({
    poll: opened.poll,
    ...poll.subject,
    bond: money.format(opened.bond),
    quorum: formatShares(opened.quorum),
    votes: `until ${formatInstant(opened.closesAt)}`,
    transaction: receipt.hash,
  })
  printResult(io, command, { ...poll.subject, ...opened, transactionHash: receipt.hash }, lines)
  note(io, `If you have shares: gristmill vote ${opened.poll} yes`)
}
