import { withSlippage } from '@gristmill/sdk'
import type { Command } from 'commander'
import { ArgumentError } from '../argument-errors.js'
import { formatInstant } from '../duration.js'
import type { Io } from '../io.js'
import { formatShares, moneyOf, parseShares } from '../money.js'
import { NotEnoughSharesError } from '../money-errors.js'
import { fields, note, printResult } from '../output.js'
import { step } from '../progress.js'
import { openSession } from '../session.js'
import { marketOf } from './market-of.js'

const REDEEM_GAS = 160_000n

export interface RedeemSharesOptions {
  market?: string
  minAmount?: string
}

export async function redeemShares(
  io: Io,
  command: Command,
  text: string,
  options: RedeemSharesOptions,
): Promise<void> {
  await using session = await openSession(io, command)
  const { client } = session
  const market = await marketOf(session, options.market)
  const { asset, share } = await client.markets.get({ market })
  const money = await moneyOf(client, asset)
  const { wallet: held } = await client.vault.balance({ token: share, account: session.account })
  const shares = text === 'all' ? held : parseShares('shares', text)
  if (shares > held) throw new NotEnoughSharesError(formatShares(shares), formatShares(held), session.account)
  if (shares === 0n) throw new ArgumentError('shares', `you have ${formatShares(held)} of this market: name how many.`)
  const { amount, lockedLeft, pendingLeft, dripEnd } = await client.markets.quoteRedeem({ market, shares })
  const minAmount =
    options.minAmount === undefined ? withSlippage(amount) : money.parse('--min-amount', options.minAmount)
  if (minAmount > amount) {
    throw new ArgumentError('--min-amount', `these shares give ${money.format(amount)} now: nothing was sent.`)
  }
  await session.confirm({
    title: `Redeem ${formatShares(shares)} of market ${market}`,
    facts: {
      'you have': formatShares(held),
      'stays behind':
        lockedLeft === 0n
          ? undefined
          : `${money.format(lockedLeft)} of locked revenue; it is all free ${formatInstant(dripEnd)}: wait to get it`,
      'may stay': pendingLeft === 0n ? undefined : `${money.format(pendingLeft)} that open orders may still bring`,
      'at least': money.format(minAmount),
    },
    moves: [{ money, amount, from: "the market's reserve", to: 'vault' }],
    transactions: [
      { contract: 'markets', function: 'redeem', args: { market, shares, minAmount }, typicalGas: REDEEM_GAS },
    ],
    irreversible: 'The shares are burned; what stays behind goes to those who stay.',
  })
  const redeemed = await step(io, 'Redeems the shares', () => client.markets.redeem({ market, shares, minAmount }))
  const { hash } = redeemed.receipt
  const lines = fields({
    market,
    redeemed: formatShares(shares),
    credited: money.format(redeemed.amount),
    transaction: hash,
  })
  printResult(io, command, { market, shares, amount: redeemed.amount, transactionHash: hash }, lines)
  note(io, 'It is in your Vault balance: gristmill vault withdraw all moves it to the wallet.')
}
