import {
  type Address,
  approvalsNeeded,
  approvalTypedData,
  canonicalJson,
  type DecideApproval,
  decidersOf,
  type OrderId,
  provenanceHash,
  provenanceSchema,
  type Receipt,
  type ReleaseRule,
  receiptSchema,
  releaseSlot,
  toWire,
  withheldProvenance,
  ZERO_BYTES32,
} from '@gristmill/protocol'
import { recordAct } from '../audit/acts.js'
import type { Context } from '../context.js'
import type { Database, DatabaseTransaction } from '../db/open-database.js'
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
  OwnOrderApprovalError,
} from './approval-errors.js'

/**
 * Takes a decision about a run, of the maker or of a reviewer, as its policy says: approved by as many as are needed, for all
 * its data, it goes out as it is; rejected by one, it ends with verdict REVIEW and its model is deleted. The same decision of
 * the same account again changes nothing.
 */
export async function decideApproval(
  ctx: Context,
  account: Address,
  orderId: OrderId,
  decision: DecideApproval,
): Promise<OrderRow> {
  const order = await findOrder(ctx, orderId)
  const rule = order && policyOf(await findListing(ctx, order.listing))?.release
  if (order === undefined || rule === undefined) throw new ApprovalNotFoundError(orderId)
  const { maker, buyer } = order
  if (!decidersOf(rule, { maker, sponsor: buyer }).includes(account)) {
    if (account === buyer && rule.reviewers?.includes(account)) throw new OwnOrderApprovalError(orderId)
    throw new ApprovalNotFoundError(orderId)
  }
  return ctx.tasks.inTurn(`decide ${orderId}`, () => decide(ctx, { orderId, reviewer: account, rule, decision }))
}

interface Reviewed {
  orderId: OrderId
  /** Who decides. */
  reviewer: Address
  rule: ReleaseRule
  decision: DecideApproval
}

async function decide(ctx: Context, reviewed: Reviewed): Promise<OrderRow> {
  const { orderId, reviewer, decision } = reviewed
  const order = await findOrder(ctx, orderId)
  if (order === undefined) throw new ApprovalNotFoundError(orderId)
  if (await isDecided(ctx.db, reviewed)) return order
  if (order.state !== 'review') throw new ApprovalNotFoundError(orderId)
  const receipt = receiptSchema.parse(JSON.parse(order.receipt ?? 'null'))
  const { approved, releasedHash, signature } = decision
  if (releasedHash !== receipt.releasedHash)
    throw new ApprovalMismatchError(orderId, receipt.releasedHash, releasedHash)
  const message = approvalTypedData(ctx.chain.ordersDomain, { orderId, releasedHash, approved })
  if (!(await ctx.chain.isSignedBy(reviewer, message, signature))) throw new ApprovalSignatureError(orderId)
  await writeDecision(ctx, order, reviewed)
  ctx.log.info({ orderId, approved }, 'run decided')
  ctx.worker.wake()
  return (await findOrder(ctx, orderId)) ?? order
}

/** True if the account has decided the same before; throws if it, or all who were needed, have decided otherwise. */
async function isDecided(
  db: Database | DatabaseTransaction,
  { orderId, reviewer, rule, decision: { approved, releasedHash } }: Reviewed,
): Promise<boolean> {
  const known = await db.selectFrom('decisions').selectAll().where('order_id', '=', orderId).execute()
  const own = known.find((one) => one.reviewer === reviewer)
  if (own !== undefined) {
    if (own.approved === approved && own.released_hash === releasedHash) return true
    throw new ApprovalConflictError(orderId, own.approved)
  }
  const isRejected = known.some((one) => !one.approved)
  if (isRejected || known.length >= approvalsNeeded(rule)) {
    if (isRejected === approved) throw new ApprovalConflictError(orderId, !isRejected)
    throw new ApprovalNotFoundError(orderId)
  }
  return false
}

/** Of a joint run nothing leaves before all owners approved; once one rejects, nothing leaves for anybody. */
async function writeDecision(ctx: Context, order: OrderRow, reviewed: Reviewed): Promise<void> {
  const { reviewer, rule, decision } = reviewed
  const { approved, releasedHash, signature, because } = decision
  const release_at = releaseSlot({ release: rule }, await ctx.chain.now())
  const { order_id } = order
  const withheld = await ctx.db.transaction().execute(async (trx) => {
    const all = await lockRun(trx, order)
    // Another process may have written this one, or the last that was needed, before the lock was ours.
    if (await isDecided(trx, reviewed)) return []
    const waiting = all.filter(({ state }) => state === 'review')
    if (!waiting.some((one) => one.order_id === order_id)) throw new ApprovalNotFoundError(order_id)
    await trx
      .insertInto('decisions')
      .values({ order_id, reviewer, released_hash: releasedHash, approved, signature })
      .execute()
    await recordAct(trx, {
      type: approved ? 'approved' : 'rejected',
      account: reviewer,
      listing: order.listing,
      orderId: order_id,
      details: { releasedHash, signature, ...(because === undefined ? {} : { because }) },
    })
    const needed = approvalsNeeded(rule)
    if (approved && (waiting.length < all.length || !isWhole(all) || (await isAwaited(trx, all, needed)))) return []
    for (const one of waiting) {
      const decided = approved ? await approvedOf(ctx, one) : { state: 'marking' as const, ...withheldOf(one) }
      await moveOrder({ db: trx }, one.order_id, 'review', { ...decided, release_at })
    }
    return approved ? [] : waiting
  })
  for (const { message_key } of withheld) if (message_key !== null) await ctx.blobs.delete(message_key)
}

/** True if an order of the run's data has fewer approvals than are needed; all its data has one policy. */
async function isAwaited(trx: DatabaseTransaction, run: readonly OrderRow[], needed: number): Promise<boolean> {
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
    .groupBy('orders.order_id')
    .having(({ fn }) => fn.count('decisions.reviewer'), '<', needed)
    .limit(1)
    .executeTakeFirst()
  return undecided !== undefined
}

/** Signed now and not before: of two receipts of one order one would be a lie. */
async function approvedOf(ctx: Context, { receipt }: OrderRow) {
  const signed = await signReceipt(ctx, receiptSchema.parse(JSON.parse(receipt ?? 'null')))
  return { state: 'ready' as const, receipt_signature: signed }
}

/** What is left of a run that was rejected. */
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
