import type { OrderId } from '@gristmill/protocol'
import type { Command } from 'commander'
import { parseId } from '../arguments.js'
import type { Io } from '../io.js'
import { moneyOf } from '../money.js'
import { fields, note, printResult } from '../output.js'
import { openSession } from '../session.js'
import { OVER } from './over.js'

const SETTLE_GAS = 250_000n

export async function acceptOrder(io: Io, command: Command, id: string): Promise<void> {
  const orderId = parseId('order', id) as OrderId
  await using session = await openSession(io, command)
  const { client } = session
  const { deal } = await client.orders.get({ orderId })
  const money = await moneyOf(client, deal.asset)
  await session.confirm({
    title: `Accept what order ${orderId} delivered`,
    facts: { price: money.format(deal.price), maker: deal.maker },
    signatures: ['Acceptance'],
    transactions: [{ contract: 'orders', function: 'settle', args: {}, typicalGas: SETTLE_GAS }],
    irreversible: 'The price is paid out at once and cannot be taken back.',
  })
  const { settled, receipt } = await client.orders.accept({ orderId })
  const [parts] = settled
  if (parts === undefined) note(io, OVER)
  const lines = fields({
    order: orderId,
    maker: parts && money.format(parts.toMaker),
    operator: parts && money.format(parts.toOperator),
    curators: parts && money.format(parts.toCurators),
    reserve: parts && money.format(parts.toReserve),
    'back to you': parts && money.format(parts.toBuyer),
  })
  printResult(io, command, { settled, transactionHash: receipt.hash }, lines)
}
