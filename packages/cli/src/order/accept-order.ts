import type { OrderId } from '@gristmill/protocol'
import { NotFulfilledError } from '@gristmill/sdk'
import type { Command } from 'commander'
import { parseId } from '../arguments.js'
import type { Io } from '../io.js'
import { moneyOf } from '../money.js'
import { fields, note, printResult } from '../output.js'
import type { Plan, PlannedTransaction } from '../plan/plan.js'
import { step } from '../progress.js'
import { openSession } from '../session.js'
import { OVER } from './over.js'
import { partsText } from './parts-text.js'

/** With an Acceptance, which is signed after the plan is confirmed. */
const SETTLE_BY_ACCEPTANCE: PlannedTransaction = {
  contract: 'orders',
  function: 'settle',
  args: {},
  typicalGas: 250_000n,
}

/** What accepting signs and sends. */
function acceptancePlan(orderId: OrderId, facts: NonNullable<Plan['facts']>): Plan {
  return {
    title: `Accept what order ${orderId} delivered`,
    facts,
    signatures: ['Acceptance'],
    transactions: [SETTLE_BY_ACCEPTANCE],
    irreversible: 'The price is paid out at once and cannot be taken back.',
  }
}

export async function acceptOrder(io: Io, command: Command, id: string): Promise<void> {
  const orderId = parseId('order', id) as OrderId
  await using session = await openSession(io, command)
  const { client } = session
  const { deal, status } = await client.orders.get({ orderId })
  const money = await moneyOf(client, deal.asset)
  if (status === 'settled' || status === 'refunded') {
    note(io, OVER)
    printResult(io, command, { settled: [] }, fields({ order: orderId, status }))
    return
  }
  if (status === 'placed') throw new NotFulfilledError(orderId, status)
  await session.confirm(acceptancePlan(orderId, { price: money.format(deal.price), status, maker: deal.maker }))
  const { settled, receipt } = await step(io, 'Accepts and settles', () => client.orders.accept({ orderId }))
  const [parts] = settled
  if (parts === undefined) note(io, OVER)
  const lines = fields({
    order: orderId,
    'paid out': parts === undefined ? undefined : partsText(parts, money),
    transaction: receipt.hash,
  })
  printResult(io, command, { settled, transactionHash: receipt.hash }, lines)
}
