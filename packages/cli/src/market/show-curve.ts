import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { CurveTrade, Market, MarketCurve } from '@gristmill/sdk'
import type { Command } from 'commander'
import { formatUnits } from 'ethers'
import { ArgumentError, FileError } from '../argument-errors.js'
import type { Io } from '../io.js'
import { formatShares, type Money, moneyOf } from '../money.js'
import { fields, note, printResult } from '../output.js'
import { openReader } from '../session.js'
import { curveSvg } from './curve-svg.js'
import { curveText } from './curve-text.js'
import { marketOf } from './market-of.js'

const SHARE_DECIMALS = 18

export interface ShowCurveOptions {
  amount?: string
  svg?: string
}

export async function showCurve(
  io: Io,
  command: Command,
  id: string | undefined,
  options: ShowCurveOptions,
): Promise<void> {
  await using reader = await openReader(io, command)
  const { client } = reader
  const market = await marketOf(reader, id)
  const { asset } = await client.markets.get({ market })
  const money = await moneyOf(client, asset)
  const amount = options.amount === undefined ? undefined : money.parse('--amount', options.amount)
  if (amount === 0n) throw new ArgumentError('--amount', 'is zero: name what you would give, like 100.')
  const curve = await client.markets.curve({ market, ...(amount === undefined ? {} : { amount }) })
  const file = options.svg === undefined ? undefined : resolve(io.cwd, options.svg)
  if (file !== undefined) {
    await writePicture(file, curve, money)
    note(io, `The picture is in ${file}.`)
  }
  printResult(io, command, { ...curve, file }, [
    ...fields(place(curve.market, money)),
    ...(curve.trade === undefined ? [] : ['', ...fields(tradeFields(curve.trade, money))]),
  ])
}

function place(market: Market, money: Money): Record<string, string | undefined> {
  const { reserve, prices } = market
  const { ask, bid, nav } = prices
  return {
    market: market.market,
    curve: curveText(market, money),
    supply: formatShares(reserve.supply),
    'a share is worth': `${money.format(nav)} once what is locked is free`,
    ask: ask === undefined ? 'none: the curve fails' : `${money.format(ask)} a share`,
    bid: `${money.format(bid)} a share`,
    spread: ask === undefined ? '' : `${money.format(ask - bid)}, ${percentOf(ask - bid, ask)} of the ask`,
  }
}

function tradeFields(trade: CurveTrade, money: Money): Record<string, string> {
  const { amount, shares, price, toUnlocked, toLocked, tribute, redeemable, ask } = trade
  if (price === undefined) return { buying: `${money.format(amount)} buy no share: give more` }
  return {
    buying: `${money.format(amount)} buy ${formatShares(shares)}`,
    price: `${money.format(price)} a share on average`,
    goes: `${money.format(toUnlocked)} to the reserve, ${money.format(toLocked)} to what is locked`,
    tribute: `${money.format(tribute)} to the bounty for makers, ${percentOf(tribute, amount)}`,
    'at once': `redeeming these shares would give ${money.format(redeemable)} back`,
    'ask after': ask === undefined ? '' : `${money.format(ask)} a share`,
  }
}

/** `26.8 %`, rounded down. */
function percentOf(part: bigint, whole: bigint): string {
  return `${Number((part * 1_000n) / whole) / 10} %`
}

async function writePicture(file: string, { market, trade, points }: MarketCurve, money: Money): Promise<void> {
  const { reserve, prices } = market
  const shares = (value: bigint) => Number(formatUnits(value, SHARE_DECIMALS))
  const price = (value: bigint) => Number(formatUnits(value, money.decimals))
  const svg = curveSvg({
    title: `Market ${market.market.slice(0, 10)}…, ${market.curveName ?? 'its own'} curve`,
    symbol: money.symbol,
    points: points.map(({ supply, ask, bid }) => ({ supply: shares(supply), ask: price(ask), bid: price(bid) })),
    now: {
      supply: shares(reserve.supply),
      bid: price(prices.bid),
      ...(prices.ask === undefined ? {} : { ask: price(prices.ask) }),
    },
    ...(trade === undefined
      ? {}
      : { after: { supply: shares(trade.supply), ...(trade.ask === undefined ? {} : { ask: price(trade.ask) }) } }),
  })
  try {
    await writeFile(file, svg, { flag: 'wx' })
  } catch (error) {
    throw new FileError(file, 'cannot be written: name a file that is not there yet, in a folder that is.', error)
  }
}
