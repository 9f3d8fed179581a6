import type { Command } from 'commander'
import { ArgumentError } from '../argument-errors.js'
import { formatInstant } from '../duration.js'
import type { Io } from '../io.js'
import { moneyOf } from '../money.js'
import { fields, printResult } from '../output.js'
import { loadProfile } from '../profile.js'
import { step } from '../progress.js'
import { openSession } from '../session.js'
import { type DatatrustOptions, datatrustOf } from './datatrust-of.js'

const UNBOND_GAS = 80_000n

export async function unbondDatatrust(
  io: Io,
  command: Command,
  text: string,
  options: DatatrustOptions,
): Promise<void> {
  const datatrust = await datatrustOf(io, await loadProfile(io, command), options)
  await using session = await openSession(io, command)
  const { client } = session
  const { asset, bond, unbonding } = await client.datatrusts.get({ datatrust })
  const money = await moneyOf(client, asset)
  const amount = text === 'all' ? bond : money.parse('amount', text)
  if (amount === 0n || amount > bond) {
    throw new ArgumentError('amount', `must be above zero and at most the bond, which is ${money.format(bond)}.`)
  }
  const restarts = unbonding > 0n ? `; the wait for ${money.format(unbonding)} begins again, too` : ''
  await session.confirm({
    title: `Unbond ${money.format(amount)} of datatrust ${datatrust}`,
    facts: { bond: `${money.format(bond)} now, ${money.format(bond - amount)} after` },
    transactions: [{ contract: 'datatrusts', function: 'unbond', args: { datatrust, amount }, typicalGas: UNBOND_GAS }],
    irreversible: `It can be withdrawn in 21 days and does not count as bond from now on${restarts}.`,
  })
  const { unbondedAt, receipt } = await step(io, 'Unbonds', () => client.datatrusts.unbond({ datatrust, amount }))
  const lines = fields({
    datatrust,
    unbonding: money.format(unbonding + amount),
    bond: money.format(bond - amount),
    'withdraw after': formatInstant(unbondedAt),
    transaction: receipt.hash,
  })
  const result = { datatrust, asset, amount, bond: bond - amount, unbondedAt, transactionHash: receipt.hash }
  printResult(io, command, result, lines)
}
