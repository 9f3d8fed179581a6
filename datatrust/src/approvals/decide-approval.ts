import {
  type Address,
  approvalTypedData,
  canonicalJson,
  type DecideApproval,
  type OrderId,
  provenanceHash,
  provenanceSchema,
  type Receipt,
  receiptSchema,
  releaseSlot,
  toWire,
  withheldProvenance,
  ZERO_BYTES32,
} from '@gristmill/protocol'
import { recordAct } from '../audit/acts.js'
import type { Context } from '../context.js'
import type { DatabaseTransaction } from '../db/open-database.js'
import type { OrderRow } from '../db/schema.js'
import { isWhole, lockRun } from '../joint/orders-of-run.js'
import { findListing, policyOf } from '../listings/listing.js'
import { findOrder, moveOrder } from '../orders/order.js'
import { signReceipt } from '../orders/sign-receipt.js'
import {
  ApprovalConflictError,
  ApprovalMismatchError,
  ApprovalNotFoundError,
  ApprovalSignatureError,
} from './approval-errors.js'

/**
 * Takes the maker's decision about a run: approved by all its data's makers, it goes out as it is; rejected, it ends with verdict REVIEW and its
 * model is deleted. The same decision again changes nothing.
 */
export async function decideApproval(
  ctx: Context,
  maker: Address,
  orderId: OrderId,
  decision: DecideApproval,
): Promise<OrderRow> {
  const order = await findOrder(ctx, orderId)
  if (order?.maker !== maker) throw new ApprovalNotFoundError(orderId)
  return ctx.tasks.inTurn(`decide ${orderId}`, () => decide(ctx, maker, orderId, decision))
}

async function decide(ctx: Context, maker: Address, orderId: OrderId, decision: DecideApproval): Promise<OrderRow> {
  const order = await findOrder(ctx, orderId)
  if (order === undefined) throw new ApprovalNotFoundError(orderId)
  if (await isDecided(ctx, order, decision)) return order
  const isOfData = policyOf(await findListing(ctx, order.listing)) !== undefined
  if (order.state !== 'review' || !isOfData) throw new ApprovalNotFoundError(orderId)
  const receipt = receiptSchema.parse(JSON.parse(order.receipt ?? 'null'))
  const { approved, releasedHash, signature } = decision
  if (releasedHash !== receipt.releasedHash)
    throw new ApprovalMismatchError(orderId, receipt.releasedHash, releasedHash)
  const message = approvalTypedData(ctx.chain.ordersDomain, { orderId, releasedHash, approved })
  if (!(await ctx.chain.isSignedBy(maker, message, signature))) throw new ApprovalSignatureError(orderId)
  try {
    await writeDecision(ctx, order, decision)
  } catch (error) {
    // Another process may have written the same one meanwhile.
    if (error instanceof ApprovalNotFoundError && (await isDecided(ctx, order, decision))) return order
    throw error
  }
  ctx.log.info({ orderId, approved }, 'run decided')
  ctx.worker.wake()
  return (await findOrder(ctx, orderId)) ?? order
}

async function isDecided(
  { db }: Context,
  { order_id }: OrderRow,
  { approved, releasedHash }: DecideApproval,
): Promise<boolean> {
  const known = await db.selectFrom('decisions').selectAll().where('order_id', '=', order_id).executeTakeFirst()
  if (known === undefined) return false
  if (known.approved !== approved || known.released_hash !== releasedHash) {
    throw new ApprovalConflictError(order_id, known.approved)
  }
  return true
}

/** Of a joint run nothing leaves before all owners approved; once one rejects, nothing leaves for anybody. */
async function writeDecision(
  ctx: Context,
  order: OrderRow,
  { approved, releasedHash, signature, because }: DecideApproval,
): Promise<void> {
  const policy = policyOf(await findListing(ctx, order.listing))
  const now = await ctx.chain.now()
  const release_at = policy === undefined ? now : releaseSlot(policy, now)
  const { order_id } = order
  const withheld = await ctx.db.transaction().execute(async (trx) => {
    const all = await lockRun(trx, order)
    const waiting = all.filter(({ state }) => state === 'review')
    if (!waiting.some((one) => one.order_id === order_id)) throw new ApprovalNotFoundError(order_id)
    await trx.insertInto('decisions').values({ order_id, released_hash: releasedHash, approved, signature }).execute()
    await recordAct(trx, {
      type: approved ? 'approved' : 'rejected',
      account: order.maker,
      listing: order.listing,
      orderId: order_id,
      details: { releasedHash, signature, ...(approved || because === undefined ? {} : { because }) },
    })
    if (approved && (waiting.length < all.length || !isWhole(all) || (await isAwaited(trx, all)))) return []
    for (const one of waiting) {
      const decided = approved ? await approvedOf(ctx, one) : { state: 'marking' as const, ...withheldOf(one) }
      await moveOrder({ db: trx }, one.order_id, 'review', { ...decided, release_at })
    }
    return approved ? [] : waiting
  })
  for (const { message_key } of withheld) if (message_key !== null) await ctx.blobs.delete(message_key)
}

/** True if an owner of the run's data has not decided yet. */
async function isAwaited(trx: DatabaseTransaction, run: readonly OrderRow[]): Promise<boolean> {
  const undecided = await trx
    .selectFrom('orders')
    .innerJoin('listings', 'listings.listing', 'orders.listing')
    .leftJoin('decisions', 'decisions.order_id', 'orders.order_id')
    .select('orders.order_id')
    .where(
      'orders.order_id',
      'in',
      run.map(({ order_id }) => order_id),
    )
    .where('listings.policy', 'is not', null)
    .where('decisions.order_id', 'is', null)
    .limit(1)
    .executeTakeFirst()
  return undecided !== undefined
}

/** Signed now and not before: of two receipts of one order one would be a lie. */
async function approvedOf(ctx: Context, { receipt }: OrderRow) {
  const signed = await signReceipt(ctx, receiptSchema.parse(JSON.parse(receipt ?? 'null')))
  return { state: 'ready' as const, receipt_signature: signed }
}

/** What is left of a run that its owner rejected. */
function withheldOf(order: OrderRow) {
  const receipt = receiptSchema.parse(JSON.parse(order.receipt ?? 'null'))
  const provenance = withheldProvenance(provenanceSchema.parse(JSON.parse(order.provenance ?? 'null')))
  const nothing = { releasedHash: ZERO_BYTES32, releasedRoot: ZERO_BYTES32, releasedBytes: 0n }
  const rejected: Receipt = {
    ...receipt,
    verdict: 'REVIEW',
    ...nothing,
    provenanceHash: provenanceHash(provenance),
  }
  const model = { message_key: null, message_bytes: null, cipher_root: null }
  return { receipt: toWire(rejected), provenance: canonicalJson(provenance), metrics: '[]', ...model }
}
