import { SHARE_UNIT } from '@gristmill/protocol'
import { sharesAtPrice, withSlippage } from '@gristmill/sdk'
import type { Command } from 'commander'
import { ArgumentError } from '../argument-errors.js'
import { formatInstant } from '../duration.js'
import type { Io } from '../io.js'
import { formatShares, type Money, moneyOf, parseShares } from '../money.js'
import { fields, printResult } from '../output.js'
import { planPayment, type Source } from '../payment.js'
import { step } from '../progress.js'
import { openSession } from '../session.js'
import { marketOf } from './market-of.js'

const FUND_GAS = 220_000n

export interface FundMarketOptions {
  market?: string
  minShares?: string
  maxPrice?: string
  from: Source
}

export async function fundMarket(io: Io, command: Command, text: string, options: FundMarketOptions): Promise<void> {
  await using session = await openSession(io, command)
  const { client } = session
  const market = await marketOf(session, options.market)
  const { asset, reserve } = await client.markets.get({ market })
  const money = await moneyOf(client, asset)
  const amount = money.parse('amount', text)
  if (amount === 0n) throw new ArgumentError('amount', 'is zero: name what you give, like 100.')
  const quote = await client.markets.quoteFund({ market, amount })
  if (quote.shares === 0n) throw new ArgumentError('amount', `${money.format(amount)} buy no share: give more.`)
  const minShares = minSharesOf(options, money, { amount, shares: quote.shares })
  const { from } = options
  const paid = await planPayment(io, session, { from, money, amount, module: 'markets' })
  const { shares, redeemable, toUnlocked, toLocked, tribute } = quote
  await session.confirm({
    title: `Fund market ${market} with ${money.format(amount)}`,
    facts: {
      shares: `${formatShares(shares)} now, at least ${formatShares(minShares)}`,
      price: `${money.format(priceOf(amount, shares))} a share`,
      goes: `${money.format(toUnlocked)} to the reserve, ${money.format(toLocked)} to what is locked`,
      tribute: `${money.format(tribute)} to the bounty for makers`,
      'at once': `redeeming these shares would give ${money.format(redeemable)} back`,
      locked: reserve.locked > 0n ? `until ${formatInstant(reserve.dripEnd)}` : undefined,
    },
    moves: [{ money, amount, from, to: 'the market' }],
    signatures: paid.signatures,
    transactions: [
      ...paid.transactions,
      { contract: 'markets', function: 'fund', args: { market, amount, minShares }, typicalGas: FUND_GAS },
    ],
    irreversible: 'Shares are redeemed for what the reserve holds then, which may be less than you give.',
  })
  await paid.prepare()
  const { payment } = paid
  const funded = await step(io, 'Funds the market', () => client.markets.fund({ market, amount, minShares, payment }))
  const { receipt, ...parts } = funded
  const lines = fields({
    market,
    shares: formatShares(parts.shares),
    paid: money.format(amount),
    price: `${money.format(priceOf(amount, parts.shares))} a share`,
    tribute: money.format(parts.tribute),
    transaction: receipt.hash,
  })
  printResult(io, command, { market, ...parts, transactionHash: receipt.hash }, lines)
}

function minSharesOf(
  { minShares, maxPrice }: FundMarketOptions,
  money: Money,
  { amount, shares }: { amount: bigint; shares: bigint },
): bigint {
  if (minShares !== undefined && maxPrice !== undefined) {
    throw new ArgumentError('--min-shares', 'says the same as --max-price: give one of them.')
  }
  const least =
    minShares !== undefined
      ? parseShares('--min-shares', minShares)
      : maxPrice !== undefined
        ? sharesAtPrice({ amount, maxPrice: money.parse('--max-price', maxPrice) })
        : withSlippage(shares)
  if (least <= shares) return least
  throw new ArgumentError(
    minShares === undefined ? '--max-price' : '--min-shares',
    `${money.format(amount)} buy ${formatShares(shares)} now, at ${money.format(priceOf(amount, shares))} a share: nothing was sent.`,
  )
}

/** Mean price of a share, rounded up. */
function priceOf(amount: bigint, shares: bigint): bigint {
  return (amount * SHARE_UNIT + shares - 1n) / shares
}
