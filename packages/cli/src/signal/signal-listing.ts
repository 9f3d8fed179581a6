import { DAY, type ListingId } from '@gristmill/protocol'
import type { Command } from 'commander'
import { ArgumentError } from '../argument-errors.js'
import { parseId } from '../arguments.js'
import { formatInstant } from '../duration.js'
import type { Io } from '../io.js'
import { moneyOfListing } from '../listing/listing-money.js'
import { percent } from '../market/market-fields.js'
import { formatShares, parseShares } from '../money.js'
import { NotEnoughSharesError } from '../money-errors.js'
import { fields, note, printResult } from '../output.js'
import { step } from '../progress.js'
import { openSession } from '../session.js'

const SIGNAL_GAS = 220_000n

export async function signalListing(io: Io, command: Command, id: string, text: string): Promise<void> {
  const listing = parseId('listing', id) as ListingId
  const amount = parseShares('shares', text)
  if (amount === 0n) throw new ArgumentError('shares', 'is zero: name how many, like 12.5.')
  await using session = await openSession(io, command)
  const { client, account } = session
  const { market } = await client.listings.record({ listing })
  const [{ share, config }, total] = await Promise.all([client.markets.get({ market }), client.signals.of({ listing })])
  const { wallet: held } = await client.vault.balance({ token: share, account })
  if (amount > held) throw new NotEnoughSharesError(formatShares(amount), formatShares(held), account)
  await session.confirm({
    title: `Signal ${formatShares(amount)} on listing ${listing}`,
    facts: {
      'you have': formatShares(held),
      'there are': `${formatShares(total.active)} that earn, ${formatShares(total.pending)} that wait`,
      earns: `a part of ${percent(config.curatorsBps)} of each sale, from its flush the day after tomorrow on`,
      meanwhile: 'these shares can neither be moved nor redeemed; withdrawing is always possible, at once',
    },
    transactions: [{ contract: 'signals', function: 'signal', args: { listing, amount }, typicalGas: SIGNAL_GAS }],
  })
  const { receipt } = await step(io, 'Signals', () => client.signals.signal({ listing, amount }))
  const lines = fields({ listing, signalled: formatShares(amount), transaction: receipt.hash })
  printResult(io, command, { listing, amount, transactionHash: receipt.hash }, lines)
  const due = (Math.floor((await client.chainTime()) / DAY) + 2) * DAY
  note(io, `From ${formatInstant(due)}: gristmill signal flush ${listing} makes it earn, gristmill rewards says what`)
}

const WITHDRAW_GAS = 200_000n

export async function withdrawSignal(io: Io, command: Command, id: string, text: string): Promise<void> {
  const listing = parseId('listing', id) as ListingId
  const asked = text === 'all' ? undefined : parseShares('shares', text)
  await using session = await openSession(io, command)
  const { client, account } = session
  const { account: own = { active: 0n, pending: 0n, claimable: 0n } } = await client.signals.of({ listing, account })
  const there = own.active + own.pending
  const amount = asked ?? there
  if (amount > there) throw new NotEnoughSharesError(formatShares(amount), formatShares(there), account)
  if (amount === 0n)
    throw new ArgumentError('shares', `you have ${formatShares(there)} on this listing: name how many.`)
  await session.confirm({
    title: `Withdraw a signal of ${formatShares(amount)} from listing ${listing}`,
    facts: { 'you have': `${formatShares(own.active)} that earn, ${formatShares(own.pending)} that wait` },
    transactions: [{ contract: 'signals', function: 'withdraw', args: { listing, amount }, typicalGas: WITHDRAW_GAS }],
  })
  const { receipt } = await step(io, 'Withdraws', () => client.signals.withdraw({ listing, amount }))
  const lines = fields({ listing, withdrawn: formatShares(amount), transaction: receipt.hash })
  printResult(io, command, { listing, amount, transactionHash: receipt.hash }, lines)
  if (own.claimable > 0n) note(io, 'What it has earned is still there: gristmill rewards claim')
}

const FLUSH_GAS = 200_000n

export async function flushSignals(io: Io, command: Command, id: string): Promise<void> {
  const listing = parseId('listing', id) as ListingId
  await using session = await openSession(io, command)
  const { client } = session
  const [money, total] = await Promise.all([
    client.listings.record({ listing }).then((record) => moneyOfListing(session, record)),
    client.signals.of({ listing }),
  ])
  await session.confirm({
    title: `Flush the signals on listing ${listing}`,
    facts: {
      'what waits': `${money.format(total.waiting)} ${total.active === 0n ? 'to the reserve: nobody earns yet' : 'to those that earn'}`,
      'then earn': `those of ${formatShares(total.pending)} that were made before yesterday`,
    },
    transactions: [{ contract: 'signals', function: 'flush', args: { listing }, typicalGas: FLUSH_GAS }],
  })
  const { amount, toReserve, receipt } = await step(io, 'Flushes', () => client.signals.flush({ listing }))
  const { active } = await client.signals.of({ listing })
  const lines = fields({
    listing,
    paid: amount === 0n ? undefined : `${money.format(amount)} to ${toReserve ? 'the reserve' : 'the signals'}`,
    earn: formatShares(active),
    transaction: receipt.hash,
  })
  printResult(io, command, { listing, amount, toReserve, active, transactionHash: receipt.hash }, lines)
}
