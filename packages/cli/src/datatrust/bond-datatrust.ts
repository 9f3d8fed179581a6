import type { Command } from 'commander'
import { ArgumentError } from '../argument-errors.js'
import type { Io } from '../io.js'
import { moneyOf } from '../money.js'
import { fields, printResult } from '../output.js'
import { planPayment, type Source } from '../payment.js'
import { loadProfile } from '../profile.js'
import { step } from '../progress.js'
import { openSession } from '../session.js'
import { type DatatrustOptions, datatrustOf } from './datatrust-of.js'

const BOND_GAS = 150_000n

export async function bondDatatrust(
  io: Io,
  command: Command,
  text: string,
  options: DatatrustOptions & { from: Source },
): Promise<void> {
  const datatrust = await datatrustOf(io, await loadProfile(io, command), options)
  await using session = await openSession(io, command)
  const { client } = session
  const { asset, bond: before } = await client.datatrusts.get({ datatrust })
  const money = await moneyOf(client, asset)
  const amount = money.parse('amount', text)
  if (amount === 0n) throw new ArgumentError('amount', 'is zero: name what you bond, like 1000.')
  const { from } = options
  const paid = await planPayment(io, session, { from, money, amount, module: 'datatrusts' })
  await session.confirm({
    title: `Bond datatrust ${datatrust} with ${money.format(amount)}`,
    facts: { bond: `${money.format(before)} now, ${money.format(before + amount)} after` },
    moves: [{ money, amount, from, to: 'the bond' }],
    signatures: paid.signatures,
    transactions: [
      ...paid.transactions,
      { contract: 'datatrusts', function: 'bond', args: { datatrust, amount }, typicalGas: BOND_GAS },
    ],
    irreversible: 'Only its operator can take it back, 21 days after asking for it.',
  })
  await paid.prepare()
  const { payment } = paid
  const { bond, receipt } = await step(io, 'Bonds', () => client.datatrusts.bond({ datatrust, amount, payment }))
  const lines = fields({ datatrust, added: money.format(amount), bond: money.format(bond), transaction: receipt.hash })
  printResult(io, command, { datatrust, asset, amount, bond, transactionHash: receipt.hash }, lines)
}
