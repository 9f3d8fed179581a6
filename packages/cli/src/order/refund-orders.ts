import { dealToChain, goodsHash, type OrderId } from '@gristmill/protocol'
import type { Command } from 'commander'
import { parseId } from '../arguments.js'
import type { Io } from '../io.js'
import { moneyOf } from '../money.js'
import { note, printResult } from '../output.js'
import { step } from '../progress.js'
import { openSession } from '../session.js'
import { OVER } from './over.js'

const REFUND_GAS = 120_000n

export async function refundOrders(io: Io, command: Command, ids: readonly string[]): Promise<void> {
  const orderIds = [...new Set(ids.map((id) => parseId('order', id) as OrderId))]
  await using session = await openSession(io, command)
  const { client } = session
  const orders = await Promise.all(orderIds.map((orderId) => client.orders.get({ orderId })))
  const open = orders.filter(({ status }) => status === 'placed')
  if (open.length === 0) {
    note(io, OVER)
    printResult(io, command, { refunded: [] }, [])
    return
  }
  const refunds = open.map(({ deal, goods }) => ({ deal, goodsHash: goodsHash(goods) }))
  const moves = await Promise.all(
    open.map(async ({ deal }) => {
      const isMine = deal.buyer.toLowerCase() === session.account.toLowerCase()
      const to = isMine ? 'vault' : `the Vault balance of ${deal.buyer}`
      return { money: await moneyOf(client, deal.asset), amount: deal.price, from: 'escrow', to }
    }),
  )
  await session.confirm({
    title: open.length === 1 ? `Take the price of order ${open[0]?.orderId} back` : `Take ${open.length} prices back`,
    moves,
    transactions: [
      {
        contract: 'orders',
        function: 'refund',
        args: { refunds: refunds.map(({ deal, goodsHash: hash }) => ({ deal: dealToChain(deal), goodsHash: hash })) },
        typicalGas: REFUND_GAS * BigInt(open.length),
      },
    ],
  })
  const { refunded, receipt } = await step(io, 'Takes it back', () => client.orders.refund({ orders: refunds }))
  const lines = refunded.map(({ orderId, amount }) => {
    const money = moves[open.findIndex((order) => order.orderId === orderId)]?.money
    return `${orderId}  ${money?.format(amount)} refunded`
  })
  if (refunded.length === 0) note(io, OVER)
  printResult(io, command, { refunded, transactionHash: receipt.hash }, lines)
}
