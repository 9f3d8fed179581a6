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
import type { OrderRow } from '../db/schema.js'
import { contentOf, findListing } from '../listings/listing.js'
import { cipherRootOf } from './ciphertext.js'
import { requireStreamable } from './collect-order.js'
import { lastAckOf } from './last-ack.js'
import { moveOrder } from './order.js'
import { AckMismatchError, AckSignatureError, OrderClosedError } from './order-errors.js'

/**
 * Takes the buyer's word that the ciphertext has arrived. Returns when it is durable that the key is to be revealed with
 * it; the worker does that. A second Ack for the same order changes nothing.
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
    if (!(await moveOrder({ db }, orderId, 'ready', { state: 'marking', ack: signature }))) return
    await recordAct(db, { type: 'acknowledged', account, orderId, details: { cipherRoot } })
  })
  ctx.worker.wake()
  return requireStreamable(ctx, orderId, account)
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
