import {
  type Ack,
  type Address,
  ackTypedData,
  type Hex,
  type OrderId,
  type PostAck,
  receiptSchema,
  typedDataDigest,
} from '@gristmill/protocol'
import { recoverAddress, Signature } from 'ethers'
import { recordAct } from '../audit/acts.js'
import type { Context } from '../context.js'
import type { DatabaseTransaction } from '../db/open-database.js'
import type { OrderRow } from '../db/schema.js'
import { isWhole, lockRun } from '../joint/orders-of-run.js'
import { contentOf, findListing } from '../listings/listing.js'
import { cipherRootOf } from './ciphertext.js'
import { requireStreamable } from './collect-order.js'
import { lastAckOf } from './last-ack.js'
import { moveOrder } from './order.js'
import { AckMismatchError, AckSignatureError, OrderClosedError } from './order-errors.js'

/**
 * Takes the buyer's word that the ciphertext has arrived. Returns when it is durable that the key is to be revealed with
 * it, for an order of a joint run once all others are acknowledged too; the worker does that. A second Ack for the same
 * order changes nothing.
 *
 * The session key's own signature is asked for, never a contract's answer: a contract could say yes to us and no to the
 * chain, when the key is in the mempool already.
 */
export async function acknowledgeOrder(
  ctx: Context,
  account: Address,
  { orderId, ack }: { orderId: OrderId; ack: PostAck },
): Promise<OrderRow> {
  const order = await requireStreamable(ctx, orderId, account)
  if (order.state !== 'ready') return order
  await requireInTime(ctx, order)
  const { cipherRoot } = ack
  const said = { orderId, ...(await deliveredOf(ctx, order)), cipherRoot }
  const signature = requireSigned(ctx, order, said, ack.signature)
  const streamed = await cipherRootOf(ctx, order)
  if (streamed !== cipherRoot) throw new AckMismatchError(orderId, cipherRoot)
  await requireInTime(ctx, order)
  await ctx.db.transaction().execute(async (db) => {
    if (!(await keepAck(db, order, signature))) return
    await recordAct(db, { type: 'acknowledged', account, orderId, details: { cipherRoot } })
  })
  ctx.worker.wake()
  return requireStreamable(ctx, orderId, account)
}

/**
 * False if it was acknowledged before. The orders of a joint run bring one model: no key of it is revealed before all are
 * acknowledged, or a sponsor would pay one maker in full and have it.
 */
async function keepAck(trx: DatabaseTransaction, order: OrderRow, ack: Hex): Promise<boolean> {
  const { order_id: orderId, run_id } = order
  if (run_id === null) return moveOrder({ db: trx }, orderId, 'ready', { state: 'marking', ack })
  const all = await lockRun(trx, order)
  const own = all.find(({ order_id }) => order_id === orderId)
  if (own?.state !== 'ready' || own.ack !== null) return false
  await moveOrder({ db: trx }, orderId, 'ready', { ack })
  const others = all.filter((other) => other !== own)
  const isLast = isWhole(all) && others.every((other) => other.state === 'ready' && other.ack !== null)
  if (isLast) for (const { order_id } of all) await moveOrder({ db: trx }, order_id, 'ready', { state: 'marking' })
  return true
}

/** What arrives: the listing's content, or the model that the receipt names. */
async function deliveredOf(ctx: Context, order: OrderRow): Promise<Pick<Ack, 'contentRoot' | 'sizeBytes'>> {
  if (order.kind === 'access') return contentOf(await findListing(ctx, order.listing))
  const { releasedRoot, releasedBytes } = receiptSchema.parse(JSON.parse(order.receipt ?? 'null'))
  return { contentRoot: releasedRoot, sizeBytes: releasedBytes }
}

async function requireInTime(ctx: Context, order: OrderRow): Promise<void> {
  if ((await ctx.chain.now()) > lastAckOf(ctx.config, order))
    throw new OrderClosedError(order.order_id, 'it was not acknowledged in time')
}

/** The signature as contracts read it: 65 bytes, the lower of the two values of s. */
function requireSigned(ctx: Context, { order_id, ack_key }: OrderRow, ack: Ack, given: Hex): Hex {
  try {
    const signature = Signature.from(given)
    const digest = typedDataDigest(ackTypedData(ctx.chain.ordersDomain, ack))
    if (recoverAddress(digest, signature) === ack_key) return signature.serialized as Hex
  } catch {
    // Not a signature at all.
  }
  throw new AckSignatureError(order_id, ack_key ?? 'nobody')
}
