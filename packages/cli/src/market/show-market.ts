import type { MarketId } from '@gristmill/protocol'
import type { Market } from '@gristmill/sdk'
import type { Command } from 'commander'
import { parseId } from '../arguments.js'
import { ArgumentError } from '../cli-errors.js'
import type { Io } from '../io.js'
import { formatShares, type Money, moneyOf } from '../money.js'
import { fields, printResult } from '../output.js'
import { openReader, type Reader } from '../session.js'

export async function showMarket(io: Io, command: Command, id: string | undefined): Promise<void> {
  await using reader = await openReader(io, command)
  const market = await reader.client.markets.get({ market: await marketOf(reader, id) })
  printResult(io, command, market, describe(market, await moneyOf(reader.client, market.asset)))
}

async function marketOf({ client, profile }: Reader, id: string | undefined): Promise<MarketId> {
  if (id !== undefined) return parseId('market', id)
  if (profile.market !== undefined) return profile.market
  const [first] = (await client.listings.list()).listings
  if (first !== undefined) return first.market
  throw new ArgumentError('market', 'none is named and nothing is listed: give its id.')
}

function describe({ market, reserve, prices, config, asset, share }: Market, money: Money): string[] {
  const reserveBps = 10_000 - config.makerBps - config.operatorBps - config.curatorsBps
  const percent = (bps: number) => `${bps / 100} %`
  return fields({
    market,
    asset: `${money.symbol} ${asset}`,
    share,
    supply: formatShares(reserve.supply),
    ask: prices.ask === undefined ? 'none: the curve fails' : `${money.format(prices.ask)} a share`,
    bid: `${money.format(prices.bid)} a share`,
    reserve: money.format(reserve.unlocked),
    locked: money.format(reserve.locked),
    pending: money.format(reserve.pending),
    bounty: money.format(reserve.bounty),
    'a sale': `maker ${percent(config.makerBps)}, operator ${percent(config.operatorBps)}, curators ${percent(config.curatorsBps)}, reserve ${percent(reserveBps)}`,
    'listing bond': money.format(config.listingBond),
  })
}
