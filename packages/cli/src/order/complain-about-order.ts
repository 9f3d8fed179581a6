import { resolve } from 'node:path'
import { readEvidence } from '@gristmill/sdk/node'
import type { Command } from 'commander'
import type { Io } from '../io.js'
import { moneyOf } from '../money.js'
import { fields, printResult } from '../output.js'
import { step } from '../progress.js'
import { openSession } from '../session.js'

const COMPLAIN_GAS = 700_000n

export async function complainAboutOrder(io: Io, command: Command, file: string): Promise<void> {
  const kept = await readEvidence(resolve(io.cwd, file))
  const { orderId } = kept
  await using session = await openSession(io, command)
  const { client } = session
  const { deal, status } = await client.orders.get({ orderId })
  const money = await moneyOf(client, deal.asset)
  await session.confirm({
    title: `Prove that cell ${kept.evidence.cell} of order ${orderId} is wrong`,
    facts: {
      status,
      'comes back': `${money.format(deal.price)}, to the Vault balance of ${deal.buyer}`,
      'on top': `at most ${money.format(deal.compensation)} of the datatrust's bond`,
    },
    transactions: [
      { contract: 'orders', function: 'complain', args: { delivery: kept.delivery }, typicalGas: COMPLAIN_GAS },
    ],
  })
  const { receipt, ...complaint } = await step(io, 'Proves it', () => client.orders.complain(kept))
  const { cell, refunded, compensation, burnt } = complaint
  const lines = fields({
    order: orderId,
    'wrong cell': cell,
    refunded: money.format(refunded),
    compensation: money.format(compensation),
    burnt: money.format(burnt),
    transaction: receipt.hash,
  })
  printResult(io, command, { orderId, ...complaint, transactionHash: receipt.hash }, lines)
}
