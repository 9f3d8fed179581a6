import type { Command } from 'commander'
import { parseAddress, parseLimit } from '../arguments.js'
import type { Io } from '../io.js'
import { formatShares, moneyOf } from '../money.js'
import { note, printResult } from '../output.js'
import { openReader } from '../session.js'
import { table } from '../table.js'

export interface ShowMarketsOptions {
  asset?: string
  creator?: string
  limit?: string
  after?: string
}

export async function showMarkets(io: Io, command: Command, options: ShowMarketsOptions): Promise<void> {
  const { asset, creator, limit, after } = options
  const search = {
    ...(asset === undefined ? {} : { asset: parseAddress('--asset', asset) }),
    ...(creator === undefined ? {} : { creator: parseAddress('--creator', creator) }),
    ...(limit === undefined ? {} : { limit: parseLimit('--limit', limit) }),
    ...(after === undefined ? {} : { after }),
  }
  await using reader = await openReader(io, command)
  const { client } = reader
  const { markets: found, next } = await client.markets.list(search)
  const markets = await Promise.all(
    found.map(async (created) => ({ ...created, ...(await client.markets.get({ market: created.market })) })),
  )
  const rows = await Promise.all(
    markets.map(async ({ market, prices, reserve, asset: token }) => {
      const money = await moneyOf(client, token)
      return {
        market,
        ask: prices.ask === undefined ? 'none' : money.format(prices.ask),
        bid: money.format(prices.bid),
        reserve: money.format(reserve.unlocked + reserve.locked),
        supply: formatShares(reserve.supply),
      }
    }),
  )
  if (markets.length === 0) note(io, 'There is no such market.')
  if (next !== undefined) note(io, `There are more: add --after ${next}`)
  const right = (name: string) => ({ name, align: 'right' as const })
  const columns = [{ name: 'market' }, right('ask'), right('bid'), right('reserve'), right('supply')]
  printResult(io, command, { markets, next }, rows.length === 0 ? [] : table(io, columns, rows))
}
