import type { ListingId } from '@gristmill/protocol'
import type { ListingRecord, Prices } from '@gristmill/sdk'
import type { Command } from 'commander'
import { ArgumentError } from '../argument-errors.js'
import { parseId } from '../arguments.js'
import type { Io } from '../io.js'
import type { Money } from '../money.js'
import { fields, printResult } from '../output.js'
import { step } from '../progress.js'
import { openSession, type Session } from '../session.js'
import { NotYourListingError } from './listing-errors.js'
import { moneyOfListing, pricesText, priceText } from './listing-money.js'

const SET_PRICES_GAS = 60_000n

export interface UpdateListingOptions {
  access?: string
  compute?: string
}

export async function updateListing(
  io: Io,
  command: Command,
  id: string,
  options: UpdateListingOptions,
): Promise<void> {
  if (options.access === undefined && options.compute === undefined) {
    throw new ArgumentError('--access', 'nor --compute is given: name the price that changes.')
  }
  const listing = parseId('listing', id) as ListingId
  await using session = await openSession(io, command)
  const record = await requireMine(session, listing)
  const money = await moneyOfListing(session, record)
  const prices = {
    ...changed(record, 'access', options.access, money),
    ...changed(record, 'compute', options.compute, money),
  }
  if (Object.keys(prices).length === 0) {
    throw new ArgumentError('--access', 'nothing would be for sale: end the listing with gristmill listing exit.')
  }
  await session.confirm({
    title: `Change prices of listing ${listing}`,
    facts: {
      access: `${priceText(record.prices.access, money)} now, ${priceText(prices.access, money)} after`,
      compute: `${priceText(record.prices.compute, money)} now, ${priceText(prices.compute, money)} after`,
    },
    transactions: [{ contract: 'listings', function: 'setPrices', args: { listing }, typicalGas: SET_PRICES_GAS }],
    irreversible: 'Orders that are placed already keep their price.',
  })
  const { receipt } = await step(io, 'Changes the prices', () => session.client.listings.setPrices({ listing, prices }))
  const lines = fields({ listing, prices: pricesText(prices, money), transaction: receipt.hash })
  printResult(io, command, { listing, prices, transactionHash: receipt.hash }, lines)
}

/** The record of a listing of the account, or NotYourListingError before anything is signed. */
export async function requireMine({ client, account }: Session, listing: ListingId): Promise<ListingRecord> {
  const record = await client.listings.record({ listing })
  if (record.maker.toLowerCase() === account.toLowerCase()) return record
  throw new NotYourListingError(listing, record.maker, account)
}

function changed({ prices }: ListingRecord, kind: keyof Prices, text: string | undefined, money: Money): Prices {
  if (text === 'none') return {}
  const price = text === undefined ? prices[kind] : money.parse(`--${kind}`, text)
  return price === undefined ? {} : { [kind]: price }
}
