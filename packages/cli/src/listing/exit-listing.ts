import type { ListingId } from '@gristmill/protocol'
import type { Command } from 'commander'
import { parseId } from '../arguments.js'
import { formatDuration, formatInstant } from '../duration.js'
import type { Io } from '../io.js'
import { fields, note, printResult } from '../output.js'
import { step } from '../progress.js'
import { openSession } from '../session.js'
import { moneyOfListing } from './listing-money.js'
import { requireMine } from './update-listing.js'

const EXIT_GAS = 60_000n

export async function exitListing(io: Io, command: Command, id: string): Promise<void> {
  const listing = parseId('listing', id) as ListingId
  await using session = await openSession(io, command)
  const { client } = session
  const record = await requireMine(session, listing)
  const { market, configVersion } = record
  const [money, { config }, [published]] = await Promise.all([
    moneyOfListing(session, record),
    client.markets.get({ market }),
    client.contracts.markets.configAt(market, configVersion),
  ])
  await session.confirm({
    title: `End listing ${listing}`,
    facts: {
      'last orders': config.exitDelaySeconds === 0 ? 'at once' : `${formatDuration(config.exitDelaySeconds)} from now`,
      bond: `${money.format(published.listingBond)}, given back after that`,
    },
    transactions: [{ contract: 'listings', function: 'exit', args: { listing }, typicalGas: EXIT_GAS }],
    irreversible: 'A listing that has ended stays so; what was ordered is delivered all the same.',
  })
  const { exitAt, receipt } = await step(io, 'Starts the exit', () => client.listings.exit({ listing }))
  const lines = fields({ listing, 'last orders': formatInstant(exitAt), transaction: receipt.hash })
  printResult(io, command, { listing, exitAt, transactionHash: receipt.hash }, lines)
  note(io, `After that: gristmill listing return-bond ${listing}`)
}

const RETURN_BOND_GAS = 100_000n

export async function returnBond(io: Io, command: Command, id: string): Promise<void> {
  const listing = parseId('listing', id) as ListingId
  await using session = await openSession(io, command)
  const { client } = session
  const record = await client.listings.record({ listing })
  const money = await moneyOfListing(session, record)
  await session.confirm({
    title: `Give the bond of listing ${listing} back`,
    facts: { to: `the Vault balance of its maker ${record.maker}` },
    transactions: [{ contract: 'listings', function: 'returnBond', args: { listing }, typicalGas: RETURN_BOND_GAS }],
  })
  const { amount, receipt } = await step(io, 'Returns the bond', () => client.listings.returnBond({ listing }))
  const lines = fields({ listing, maker: record.maker, credited: money.format(amount), transaction: receipt.hash })
  printResult(io, command, { listing, maker: record.maker, amount, transactionHash: receipt.hash }, lines)
}
