import { resolve } from 'node:path'
import type { OrderId } from '@gristmill/protocol'
import type { Command } from 'commander'
import { parseId } from '../arguments.js'
import type { Io } from '../io.js'
import { moneyOf } from '../money.js'
import { fields, printResult } from '../output.js'
import { step } from '../progress.js'
import { openSession } from '../session.js'
import { readTold } from './read-receipt.js'

const CONTRADICT_GAS = 160_000n

/** Proves on chain that the datatrust signed another receipt of a run than the order holds. */
export async function contradictReceipt(
  io: Io,
  command: Command,
  id: string,
  { receipt: file }: { receipt: string },
): Promise<void> {
  const orderId = parseId('order', id) as OrderId
  const told = await readTold(resolve(io.cwd, file))
  await using session = await openSession(io, command)
  const { client } = session
  const { deal, status } = await client.orders.get({ orderId })
  const money = await moneyOf(client, deal.asset)
  await session.confirm({
    title: `Prove that datatrust ${deal.datatrust} signed two receipts of order ${orderId}`,
    facts: {
      status,
      'comes back': `${money.format(deal.price)}, to the Vault balance of ${deal.buyer}`,
      'on top': `at most ${money.format(deal.compensation)} of the datatrust's bond`,
    },
    transactions: [{ contract: 'orders', function: 'contradict', args: {}, typicalGas: CONTRADICT_GAS }],
  })
  const { receipt, held, ...result } = await step(io, 'Proves it', () => client.orders.contradict({ orderId, told }))
  const { refunded, compensation, burnt } = result
  const lines = fields({
    order: orderId,
    refunded: money.format(refunded),
    compensation: money.format(compensation),
    burnt: money.format(burnt),
    transaction: receipt.hash,
  })
  printResult(io, command, { orderId, held, ...result, transactionHash: receipt.hash }, lines)
}
