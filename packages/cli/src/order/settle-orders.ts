import { dealToChain, goodsHash, type OrderId } from '@gristmill/protocol'
import { NotFulfilledError, type Settlement } from '@gristmill/sdk'
import type { Command } from 'commander'
import { parseId } from '../arguments.js'
import type { Io } from '../io.js'
import { moneyOf } from '../money.js'
import { note, printResult } from '../output.js'
import { step } from '../progress.js'
import { openSession, type Session } from '../session.js'
import { OVER } from './over.js'
import { partsText } from './parts-text.js'

const SETTLE_GAS = 250_000n

export async function settleOrders(io: Io, command: Command, ids: readonly string[]): Promise<void> {
  const orderIds = [...new Set(ids.map((id) => parseId('order', id) as OrderId))]
  await using session = await openSession(io, command)
  const { client } = session
  const orders = await Promise.all(orderIds.map((orderId) => client.orders.get({ orderId })))
  const due = orders.filter(({ status }) => status !== 'settled' && status !== 'refunded')
  if (due.length === 0) {
    note(io, OVER)
    printResult(io, command, { settled: [] }, [])
    return
  }
  const settlements = await Promise.all(due.map(({ orderId }) => settlementOf(session, orderId)))
  await session.confirm({
    title: due.length === 1 ? `Have order ${due[0]?.orderId} paid out` : `Have ${due.length} orders paid out`,
    facts: Object.fromEntries(
      await Promise.all(
        due.map(async ({ orderId, deal, status }) => [
          orderId,
          `${(await moneyOf(client, deal.asset)).format(deal.price)}, ${status}`,
        ]),
      ),
    ),
    transactions: [
      {
        contract: 'orders',
        function: 'settle',
        args: { settlements: settlements.map(toChain) },
        typicalGas: SETTLE_GAS * BigInt(due.length),
      },
    ],
  })
  const { settled, receipt } = await step(io, 'Settles', () => client.orders.settle({ orders: settlements }))
  if (settled.length === 0) note(io, OVER)
  const lines = await Promise.all(
    settled.map(async ({ orderId, ...parts }) => {
      const asset = due.find((order) => order.orderId === orderId)?.deal.asset
      return `${orderId}  ${asset === undefined ? '' : partsText(parts, await moneyOf(client, asset))}`
    }),
  )
  printResult(io, command, { settled, transactionHash: receipt.hash }, lines)
}

/** What an order agreed to and brought, from the chain; throws for one that has brought nothing yet. */
async function settlementOf({ client }: Session, orderId: OrderId): Promise<Settlement> {
  const { deal, goods, placedAtBlock } = await client.orders.get({ orderId })
  const events = await client.orders.events({ fromBlock: placedAtBlock, toBlock: 'latest', orderIds: [orderId] })
  const delivered = events.find((event) => event.type === 'fulfilled' || event.type === 'revealed')
  if (delivered === undefined) throw new NotFulfilledError(orderId, (await client.orders.status({ orderId })).status)
  return { deal, goodsHash: goodsHash(goods), deliveryHash: delivered.deliveryHash }
}

function toChain({ deal, acceptance = '0x', ...hashes }: Settlement) {
  return { deal: dealToChain(deal), acceptance, ...hashes }
}
