import { type ByteSource, ContentHasher } from '@gristmill/envelope'
import { nodeSha256 } from '@gristmill/envelope/node'
import {
  approvalsNeeded,
  canonicalJson,
  costOf,
  isProtocolError,
  type LedgerCharge,
  type Policy,
  parametersSchema,
  policyHash,
  provenanceHash,
  provenanceOf,
  releaseSlot,
  requireAllowed,
  runOpeningHash,
  toWire,
} from '@gristmill/protocol'
import { type Executor, type RunResult, receiptOf, run } from '@gristmill/runner'
import { recordAct } from '../audit/acts.js'
import { mayHaveRunBefore } from '../backup/restores.js'
import type { Context } from '../context.js'
import type { OrderRow, QuoteRow } from '../db/schema.js'
import { algorithmOf, type DataMember, faultOf, hasData, type Member, memberOf } from '../joint/members.js'
import { isWhole, lockRun, ordersOfRun } from '../joint/orders-of-run.js'
import { charge } from '../ledger/charge.js'
import { contentOf } from '../listings/listing.js'
import { readContent } from '../uploads/read-content.js'
import { StoredContentError } from '../uploads/stored-content-error.js'
import { datasetOf } from '../uploads/upload.js'
import { storeModel } from './model-cells.js'
import { closeOrder, moveOrder } from './order.js'
import { OrderNotPaidError } from './order-errors.js'
import { runOpeningOf } from './run-opening.js'
import { signReceipt } from './sign-receipt.js'

/**
 * Runs a compute order, or all orders of a joint run: charges the budgets, runs, encrypts the model for each exchange, and
 * writes down how it ended before anybody is told. A crash repeats it from the start: the charge counts once, and nobody was
 * told of it. After a restore somebody may have been: only what runs the same twice is run again then. Does nothing while an order of the run is missing.
 */
export async function runOrder(ctx: Context, order: OrderRow): Promise<void> {
  const orders = await ordersOfRun(ctx.db, order)
  if (!isWhole(orders)) return
  for (const { order_id } of orders) if (!(await ctx.witnesses.confirm(order_id))) return
  const members = await Promise.all(orders.map((one) => memberOf(ctx, one)))
  for (const member of members) {
    const fault = faultOf(member) ?? (await lateness(ctx, member.order))
    if (fault !== undefined) return closeOrder(ctx, member.order, fault)
  }
  const data = members.filter(hasData)
  const [first] = data
  if (first === undefined) return closeOrder(ctx, order, 'there is no data in its run')
  const { policy, goods, quote } = first
  const ordered = requireAllowed(policy, { algorithm: goods.algorithm, parameters: parametersOf(quote) })
  const executor = ctx.executors.of(ordered.runtime)
  // The receipt would name a runtime that the run did not have.
  if (executor.capabilities().runtimeDigest !== goods.runtimeDigest)
    return closeOrder(ctx, order, 'the runtime it was ordered with is not here any more')
  let charges: LedgerCharge[]
  try {
    charges = await charge(ctx.db, members.map(entryOf))
  } catch (error) {
    if (!isProtocolError(error, 'BUDGET_EXCEEDED')) throw error
    return closeOrder(ctx, order, 'the budget of the data is used up')
  }
  // Charged all the same: what it came to may have been told. A second run could come to something else, and a receipt of
  // that beside the first would be a contradiction. The buyer has the price back.
  if (!executor.capabilities().deterministic && (await mayHaveRunBefore(ctx.db, orders))) {
    return closeOrder(
      ctx,
      order,
      'it may have been run before this database was restored, and would not run the same twice',
    )
  }
  for (const { order_id: orderId } of orders) {
    await recordAct(ctx.db, { type: 'run-started', orderId, details: { algorithm: goods.algorithm } })
  }
  ctx.log.info({ orderIds: orders.map(({ order_id }) => order_id) }, 'run started')
  const result = await execute(ctx, { members, data, policy, executor })
  await writeDown(ctx, { members, data, policy, result, charges })
  ctx.log.info({ orderId: order.order_id, verdict: result.verdict }, 'run ended')
}

interface Run {
  /** In the order of their ids. */
  members: readonly Member[]
  /** Those with rows. */
  data: readonly DataMember[]
  policy: Policy
}

const parametersOf = ({ parameters }: QuoteRow) => parametersSchema.parse(JSON.parse(parameters ?? '{}'))

/** Why it is too late, or not the time, to run an order. */
async function lateness(ctx: Context, { order_id: orderId }: OrderRow): Promise<string | undefined> {
  const { status, deadline } = await ctx.chain.statusOf(orderId)
  if (status === 'none') throw new OrderNotPaidError(orderId)
  if (status !== 'placed') return `it is ${status} on chain`
  const isLate = (await ctx.chain.now()) > deadline - ctx.config.terms.fulfilMarginSeconds
  return isLate ? 'it was not run in time' : undefined
}

/** What a member is charged: an algorithm has no rows that anything could be told of. */
function entryOf({ order, upload, policy }: Member) {
  const cost = policy === undefined ? { bits: 0, epsilonMicros: 0 } : costOf(policy)
  const entry = { dataset: datasetOf(upload), sponsor: order.buyer, orderId: order.order_id, ...cost }
  return { entry, maker: order.maker, budget: policy?.budget }
}

async function execute(
  ctx: Context,
  { members, data, policy, executor }: Run & { executor: Executor },
): Promise<RunResult> {
  const [{ order, quote }] = data as [DataMember]
  const module = await algorithmOf(ctx, members)
  const until = Math.min(...members.map((member) => member.order.fulfil_by)) - ctx.config.terms.fulfilMarginSeconds
  const hashers = await Promise.all(
    data.map(({ upload }) => ContentHasher.create({ blindSecret: upload.secret, sha256: nodeSha256 })),
  )
  const result = await run({
    orderId: order.run_id ?? order.order_id,
    policy,
    algorithm: module,
    parameters: parametersOf(quote),
    source: data.map(({ upload }, index) => hashed(readContent(ctx, upload), hashers[index] as ContentHasher)),
    executor,
    engine: ctx.engine,
    wait: { signal: ctx.closing, waitMs: 1_000 * Math.max(1, until - (await ctx.chain.now())) },
    secret: ctx.secrets.runnerSecret,
  })
  for (const [index, { listing }] of data.entries()) {
    const { contentRoot } = await (hashers[index] as ContentHasher).digest()
    if (contentRoot !== listing.content_root) throw new StoredContentError(listing.content_root, contentRoot)
  }
  return result
}

async function* hashed(source: ByteSource, hasher: ContentHasher): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of source) {
    await hasher.update(chunk)
    yield chunk
  }
}

interface Outcome extends Run {
  result: RunResult
  /** Of each member. */
  charges: readonly LedgerCharge[]
}

/** The results of all orders are there at once, or none is. */
async function writeDown(ctx: Context, outcome: Outcome): Promise<void> {
  const { members, data, policy, result } = outcome
  const needsReview = result.verdict === 'OK' && approvalsNeeded(policy.release) > 0
  const release_at = releaseSlot(policy, await ctx.chain.now())
  const ends = await Promise.all(members.map((member, index) => endOf(ctx, member, index, outcome)))
  const signatures = await Promise.all(ends.map(({ receipt }) => (needsReview ? null : signReceipt(ctx, receipt))))
  const first = members[0]?.order as OrderRow
  const moved = await ctx.db.transaction().execute(async (trx) => {
    const running = (await lockRun(trx, first)).filter(({ state }) => state === 'running')
    if (running.length < members.length) return false
    for (const [index, { orderId, hasModel, columns }] of ends.entries()) {
      const ownerLog = result.ownerLogs[data.findIndex(({ order }) => order.order_id === orderId)]
      await moveOrder({ db: trx }, orderId, 'running', {
        ...columns,
        receipt_signature: signatures[index] ?? null,
        private_log: ownerLog === undefined ? null : toWire(ownerLog),
        release_at,
        state: needsReview ? 'review' : hasModel ? 'ready' : 'marking',
      })
      await recordAct(trx, { type: 'run-ended', orderId, details: { verdict: result.verdict, needsReview } })
    }
    return true
  })
  if (moved) return
  for (const { columns } of ends) if (columns.message_key != null) await ctx.blobs.delete(columns.message_key)
}

/** What is written down of one order. Its receipt is signed once it is decided what it says. */
async function endOf(ctx: Context, member: Member, index: number, { result, charges, policy }: Outcome) {
  const { order, goods, listing, upload, quote } = member
  const { order_id: orderId } = order
  const { released } = result
  const model = released === undefined ? undefined : await storeModel(ctx, order, released)
  const { chainId, deployment } = ctx.config.chain
  const provenance = provenanceOf({
    receipt: { orderId, ...result },
    goods,
    parameters: parametersOf(quote),
    content: contentOf(listing),
    builder: { chainId, datatrusts: deployment.datatrusts, datatrust: ctx.config.datatrust },
    ledger: charges[index] as LedgerCharge,
    openingHash: runOpeningHash(runOpeningOf(ctx, { order, listing, upload, goods, policyHash: policyHash(policy) })),
  })
  const receipt = receiptOf({
    orderId,
    goods,
    result: hasData(member) ? result : { ...result, leakBits: 0 },
    provenanceHash: provenanceHash(provenance),
    ...(model && { releasedRoot: model.releasedRoot }),
  })
  const columns = {
    ...model?.columns,
    receipt: toWire(receipt),
    provenance: canonicalJson(provenance),
    metrics: JSON.stringify(result.metrics),
  }
  return { orderId, receipt, hasModel: model !== undefined, columns }
}
