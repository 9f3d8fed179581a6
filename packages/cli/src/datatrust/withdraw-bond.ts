import type { Command } from 'commander'
import { parseAddress } from '../arguments.js'
import { formatInstant } from '../duration.js'
import type { Io } from '../io.js'
import { moneyOf } from '../money.js'
import { fields, printResult } from '../output.js'
import { loadProfile } from '../profile.js'
import { step } from '../progress.js'
import { openSession } from '../session.js'
import { chainNow } from './chain-now.js'
import { StillUnbondingError } from './datatrust-errors.js'
import { type DatatrustOptions, datatrustOf } from './datatrust-of.js'

const WITHDRAW_GAS = 90_000n

export async function withdrawBond(
  io: Io,
  command: Command,
  options: DatatrustOptions & { to?: string },
): Promise<void> {
  const datatrust = await datatrustOf(io, await loadProfile(io, command), options)
  await using session = await openSession(io, command)
  const { client, account } = session
  const to = options.to === undefined ? account : parseAddress('--to', options.to)
  const { asset, unbonding, unbondedAt } = await client.datatrusts.get({ datatrust })
  const money = await moneyOf(client, asset)
  if (unbonding === 0n || (await chainNow(client)) <= unbondedAt) {
    throw new StillUnbondingError(money.format(unbonding), unbonding === 0n ? undefined : formatInstant(unbondedAt))
  }
  await session.confirm({
    title: `Withdraw ${money.format(unbonding)} of the bond of datatrust ${datatrust}`,
    moves: [
      { money, amount: unbonding, from: 'the bond', to: to === account ? 'vault' : `the Vault balance of ${to}` },
    ],
    transactions: [
      { contract: 'datatrusts', function: 'withdrawBond', args: { datatrust, to }, typicalGas: WITHDRAW_GAS },
    ],
  })
  const { amount, receipt } = await step(io, 'Withdraws', () => client.datatrusts.withdrawBond({ datatrust, to }))
  const lines = fields({ datatrust, withdrawn: money.format(amount), to, transaction: receipt.hash })
  printResult(io, command, { datatrust, asset, amount, to, transactionHash: receipt.hash }, lines)
}
