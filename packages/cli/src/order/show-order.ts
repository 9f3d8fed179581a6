import type { OrderId } from '@gristmill/protocol'
import type { Command } from 'commander'
import { parseId } from '../arguments.js'
import type { Io } from '../io.js'
import { moneyOf } from '../money.js'
import { fields, printResult } from '../output.js'
import { openReader } from '../session.js'

export async function showOrder(io: Io, command: Command, id: string): Promise<void> {
  await using reader = await openReader(io, command)
  const found = await reader.client.orders.get({ orderId: parseId('order', id) as OrderId })
  const money = await moneyOf(reader.client, found.deal.asset)
  const { orderId, kind, status, deadline, deal } = found
  const lines = fields({
    order: orderId,
    kind,
    status,
    deadline: new Date(deadline * 1000).toISOString(),
    listing: deal.listing,
    buyer: deal.buyer,
    maker: deal.maker,
    price: money.format(deal.price),
  })
  printResult(io, command, found, lines)
}
