import type { Market } from '@gristmill/sdk'
import type { Command } from 'commander'
import { formatInstant } from '../duration.js'
import type { Io } from '../io.js'
import { formatShares, type Money, moneyOf } from '../money.js'
import { fields, printResult } from '../output.js'
import { openReader } from '../session.js'
import { curveText } from './curve-text.js'
import { configFields } from './market-fields.js'
import { marketOf } from './market-of.js'

export async function showMarket(io: Io, command: Command, id: string | undefined): Promise<void> {
  await using reader = await openReader(io, command)
  const { client } = reader
  const market = await client.markets.get({ market: await marketOf(reader, id) })
  printResult(io, command, market, describe(market, await moneyOf(client, market.asset)))
}

function describe(market: Market, money: Money): string[] {
  const { reserve, prices, config, curveName } = market
  const ask = prices.ask === undefined ? 'none: the curve fails' : `${money.format(prices.ask)} a share`
  return fields({
    market: market.market,
    asset: `${money.symbol} ${market.asset}`,
    share: market.share,
    supply: formatShares(reserve.supply),
    ask: curveName === undefined ? `about ${ask}, asked of the market's own curve` : ask,
    bid: `${money.format(prices.bid)} a share`,
    'after drip': `${money.format(prices.nav)} a share`,
    reserve: money.format(reserve.unlocked),
    locked: money.format(reserve.locked) + (reserve.locked > 0n ? `, all free ${formatInstant(reserve.dripEnd)}` : ''),
    pending: money.format(reserve.pending),
    bounty: money.format(reserve.bounty),
    curve: curveText(market, money),
    ...configFields(config, money),
    admin: /^0x0+$/.test(market.admin) ? 'nobody: the rules never change' : market.admin,
  })
}
