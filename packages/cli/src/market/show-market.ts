import type { Market } from '@gristmill/sdk'
import type { Command } from 'commander'
import { formatInstant } from '../duration.js'
import type { Io } from '../io.js'
import { formatShares, type Money, moneyOf } from '../money.js'
import { fields, printResult } from '../output.js'
import { openReader } from '../session.js'
import { configFields } from './market-fields.js'
import { marketOf } from './market-of.js'

export async function showMarket(io: Io, command: Command, id: string | undefined): Promise<void> {
  await using reader = await openReader(io, command)
  const { client } = reader
  const market = await client.markets.get({ market: await marketOf(reader, id) })
  const isLinear = market.curve.toLowerCase() === client.deployment.linearCurve.toLowerCase()
  printResult(io, command, market, describe(market, await moneyOf(client, market.asset), isLinear))
}

function describe(market: Market, money: Money, isLinear: boolean): string[] {
  const { reserve, prices, config, p0, k } = market
  const ask = prices.ask === undefined ? 'none: the curve fails' : `${money.format(prices.ask)} a share`
  return fields({
    market: market.market,
    asset: `${money.symbol} ${market.asset}`,
    share: market.share,
    supply: formatShares(reserve.supply),
    ask: isLinear ? ask : `about ${ask}, asked of the market's own curve ${market.curve}`,
    bid: `${money.format(prices.bid)} a share`,
    'after drip': `${money.format(prices.nav)} a share`,
    reserve: money.format(reserve.unlocked),
    locked: money.format(reserve.locked) + (reserve.locked > 0n ? `, all free ${formatInstant(reserve.dripEnd)}` : ''),
    pending: money.format(reserve.pending),
    bounty: money.format(reserve.bounty),
    curve: isLinear
      ? `the ask starts at ${money.format(p0)} and rises by that every ${formatShares(k)}`
      : `p0 ${money.format(p0)}, k ${formatShares(k)}`,
    ...configFields(config, money),
    admin: /^0x0+$/.test(market.admin) ? 'nobody: the rules never change' : market.admin,
  })
}
