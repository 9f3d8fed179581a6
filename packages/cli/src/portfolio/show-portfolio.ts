import type { PortfolioEntry } from '@gristmill/sdk'
import type { Command } from 'commander'
import { formatInstant } from '../duration.js'
import type { Io } from '../io.js'
import { formatShares, type Money, moneyOf } from '../money.js'
import { fields, note, printResult } from '../output.js'
import { readRewards } from '../signal/read-rewards.js'
import { table } from '../table.js'
import { openAccountReader } from './account-reader.js'

export interface ShowPortfolioOptions {
  account?: string
  overTime?: true
}

export async function showPortfolio(io: Io, command: Command, options: ShowPortfolioOptions): Promise<void> {
  await using reader = await openAccountReader(io, command, options)
  const { client, account } = reader
  const [entries, rewards] = await Promise.all([client.markets.portfolio({ account }), readRewards(client, account)])
  const sections = await Promise.all(
    entries.map(async (entry) => {
      const money = await moneyOf(client, entry.asset)
      const ofMarket = [...rewards.signals, ...rewards.votes].filter(({ market }) => market === entry.market)
      const unclaimed = ofMarket.reduce((sum, { amount }) => sum + amount, 0n)
      const rows = options.overTime === true ? ['', ...history(io, entry, money)] : []
      return { entry: { ...entry, unclaimed }, lines: [...summary(entry, money, unclaimed), ...rows] }
    }),
  )
  if (entries.length === 0) note(io, 'This account has never bought shares of a market.')
  const lines = sections.flatMap(({ lines: own }, index) => (index === 0 ? own : ['', ...own]))
  printResult(io, command, { account, markets: sections.map(({ entry }) => entry) }, lines)
}

function summary(entry: PortfolioEntry, money: Money, unclaimed: bigint): string[] {
  const { market, shares, encumbered, paidIn, takenOut, redeemable, net } = entry
  return fields({
    market,
    shares: formatShares(shares),
    held: encumbered === 0n ? undefined : `${formatShares(encumbered)} by votes and signals`,
    'paid in': money.format(paidIn),
    'taken out': money.format(takenOut),
    'worth now': `${money.format(redeemable)} if redeemed`,
    net: `${net > 0n ? '+' : ''}${money.format(net)}`,
    'to claim': unclaimed === 0n ? undefined : money.format(unclaimed),
  })
}

/** One row an event, with what was paid in less what was taken out until then. */
function history(io: Io, { events }: PortfolioEntry, money: Money): string[] {
  let [shares, paid] = [0n, 0n]
  const rows = events.map((event) => {
    const sign = event.type === 'redeemed' ? -1n : 1n
    shares += sign * event.shares
    paid += sign * event.amount
    return {
      when: formatInstant(event.at),
      what: event.type,
      shares: formatShares(event.shares),
      amount: money.format(event.amount),
      'all shares': formatShares(shares),
      'paid in less taken out': money.format(paid),
    }
  })
  const right = (name: string) => ({ name, align: 'right' as const })
  const columns = [{ name: 'when' }, { name: 'what' }, right('shares'), right('amount'), right('all shares')]
  return table(io, [...columns, right('paid in less taken out')], rows)
}
