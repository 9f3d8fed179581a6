import type { OrderId } from '@gristmill/protocol'
import type { Command } from 'commander'
import { parseId } from '../arguments.js'
import type { Io } from '../io.js'
import { moneyOf } from '../money.js'
import { fields, note, printResult } from '../output.js'
import { openSession } from '../session.js'
import { OVER } from './over.js'

const REFUND_GAS = 120_000n

export async function refundOrder(io: Io, command: Command, id: string): Promise<void> {
  const orderId = parseId('order', id) as OrderId
  await using session = await openSession(io, command)
  const { client } = session
  const { deal } = await client.orders.get({ orderId })
  const money = await moneyOf(client, deal.asset)
  await session.confirm({
    title: `Take the price of order ${orderId} back`,
    moves: [{ money, amount: deal.price, from: 'escrow', to: `the Vault balance of ${deal.buyer}` }],
    transactions: [{ contract: 'orders', function: 'refund', args: {}, typicalGas: REFUND_GAS }],
  })
  const { refunded, receipt } = await client.orders.refund({ orders: [orderId] })
  if (refunded.length === 0) note(io, OVER)
  const lines = fields({ order: orderId, refunded: money.format(refunded[0]?.amount ?? 0n) })
  printResult(io, command, { refunded, transactionHash: receipt.hash }, lines)
}
