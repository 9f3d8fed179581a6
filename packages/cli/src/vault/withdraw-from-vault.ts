import type { Command } from 'commander'
import { parseAddress } from '../arguments.js'
import type { Io } from '../io.js'
import { moneyOf } from '../money.js'
import { NothingToMoveError } from '../money-errors.js'
import { fields, printResult } from '../output.js'
import { step } from '../progress.js'
import { openSession } from '../session.js'
import { type TokenOption, tokenOf } from './token-of.js'

const WITHDRAW_GAS = 80_000n

export async function withdrawFromVault(
  io: Io,
  command: Command,
  text: string,
  options: TokenOption & { to?: string },
): Promise<void> {
  const named = options.to === undefined ? undefined : parseAddress('--to', options.to)
  await using session = await openSession(io, command)
  const { client, account } = session
  const money = await moneyOf(client, await tokenOf(session, options))
  const { token } = money
  const amount = text === 'all' ? (await client.vault.balance({ token })).vault : money.parse('amount', text)
  if (amount === 0n) throw new NothingToMoveError('vault', money.symbol)
  const to = named ?? account
  const isOwn = to.toLowerCase() === account.toLowerCase()
  await session.confirm({
    title: `Withdraw ${money.format(amount)} from the Vault`,
    moves: [{ money, amount, from: 'vault', to: isOwn ? 'wallet' : to }],
    transactions: [{ contract: 'vault', function: 'withdraw', args: { token, amount, to }, typicalGas: WITHDRAW_GAS }],
    ...(isOwn ? {} : { irreversible: 'What goes to another account cannot be taken back.' }),
  })
  const { receipt } = await step(io, 'Withdraws', () => client.vault.withdraw({ token, amount, to }))
  const lines = fields({ withdrawn: money.format(amount), to, transaction: receipt.hash })
  printResult(io, command, { account, token, amount, to, transactionHash: receipt.hash }, lines)
}
