import { type ByteSource, ContentHasher } from '@gristmill/envelope'
import { nodeSha256 } from '@gristmill/envelope/node'
import {
  canonicalJson,
  costOf,
  type Goods,
  isProtocolError,
  type LedgerCharge,
  type Policy,
  parametersSchema,
  provenanceHash,
  provenanceOf,
  releaseSlot,
  requireAllowed,
  runOpeningHash,
  termsHashOf,
  toWire,
} from '@gristmill/protocol'
import { type Executor, type RunResult, receiptOf, run } from '@gristmill/runner'
import { readAlgorithm } from '../algorithms/algorithm.js'
import { recordAct } from '../audit/acts.js'
import type { Context } from '../context.js'
import type { ListingRow, OrderRow, QuoteRow } from '../db/schema.js'
import { charge } from '../ledger/charge.js'
import { contentOf, findListing, policyOf } from '../listings/listing.js'
import { readContent } from '../uploads/read-content.js'
import { StoredContentError } from '../uploads/stored-content-error.js'
import { type StoredUpload, uploadOfListing } from '../uploads/upload.js'
import { storeModel } from './model-cells.js'
import { closeOrder, moveOrder, quoteOf, termsOf } from './order.js'
import { OrderNotPaidError } from './order-errors.js'
import { runOpeningOf } from './run-opening.js'
import { signReceipt } from './sign-receipt.js'

/**
 * Runs a compute order: charges the budget, runs, encrypts the model for its exchange, and writes down how it ended before
 * anybody is told. A crash repeats it from the start: the charge counts once, and a run is deterministic.
 */
export async function runOrder(ctx: Context, order: OrderRow): Promise<void> {
  const listing = await findListing(ctx, order.listing)
  const upload = await uploadOfListing(ctx, listing)
  const quote = await quoteOf(ctx, order)
  const { goods } = termsOf(quote)
  const policy = policyOf(listing)
  if (policy === undefined) return closeOrder(ctx, order, 'its listing has no policy')
  if (termsHashOf(contentOf(listing)) !== goods.termsHash) return closeOrder(ctx, order, 'it is for other content')
  const { status, deadline } = await ctx.chain.statusOf(order.order_id)
  if (status === 'none') throw new OrderNotPaidError(order.order_id)
  if (status !== 'placed') return closeOrder(ctx, order, `it is ${status} on chain`)
  if ((await ctx.chain.now()) > deadline - ctx.config.terms.fulfilMarginSeconds) {
    return closeOrder(ctx, order, 'it was not run in time')
  }
  const ordered = requireAllowed(policy, { algorithm: goods.algorithm, parameters: parametersOf(quote) })
  const executor = ctx.executors.of(ordered.runtime)
  // The receipt would name a runtime that the run did not have.
  if (executor.capabilities().runtimeDigest !== goods.runtimeDigest)
    return closeOrder(ctx, order, 'the runtime it was ordered with is not here any more')
  let ledger: LedgerCharge
  try {
    const entry = { dataset: upload.sha256, sponsor: order.buyer, orderId: order.order_id }
    ledger = await charge(ctx.db, policy, { ...entry, ...costOf(policy) })
  } catch (error) {
    if (!isProtocolError(error, 'BUDGET_EXCEEDED')) throw error
    return closeOrder(ctx, order, 'the budget of the data is used up')
  }
  await recordAct(ctx.db, { type: 'run-started', orderId: order.order_id, details: { algorithm: goods.algorithm } })
  ctx.log.info({ orderId: order.order_id }, 'run started')
  const result = await execute(ctx, order, { listing, upload, quote, goods, policy, executor })
  await writeDown(ctx, order, { result, listing, upload, quote, goods, policy, ledger })
  ctx.log.info({ orderId: order.order_id, verdict: result.verdict }, 'run ended')
}

interface Inputs {
  listing: ListingRow
  upload: StoredUpload
  quote: QuoteRow
  goods: Goods
  policy: Policy
  executor: Executor
}

const parametersOf = ({ parameters }: QuoteRow) => parametersSchema.parse(JSON.parse(parameters ?? '{}'))

async function execute(ctx: Context, order: OrderRow, inputs: Inputs): Promise<RunResult> {
  const { listing, upload, quote, goods, policy, executor } = inputs
  const module = await readAlgorithm(ctx, goods.algorithm)
  const until = order.fulfil_by - ctx.config.terms.fulfilMarginSeconds
  const hasher = await ContentHasher.create({ blindSecret: upload.secret, sha256: nodeSha256 })
  const result = await run({
    orderId: order.order_id,
    policy,
    algorithm: module,
    parameters: parametersOf(quote),
    source: hashed(readContent(ctx, upload), hasher),
    executor,
    engine: ctx.engine,
    wait: { signal: ctx.closing, waitMs: 1_000 * Math.max(1, until - (await ctx.chain.now())) },
    secret: ctx.secrets.runnerSecret,
  })
  const { contentRoot } = await hasher.digest()
  if (contentRoot !== listing.content_root) throw new StoredContentError(listing.content_root, contentRoot)
  return result
}

async function* hashed(source: ByteSource, hasher: ContentHasher): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of source) {
    await hasher.update(chunk)
    yield chunk
  }
}

interface Outcome extends Omit<Inputs, 'executor'> {
  result: RunResult
  ledger: LedgerCharge
}

/** The order's statement is stored with the receipt that names it. A receipt is signed once it is decided what it says. */
async function writeDown(ctx: Context, order: OrderRow, outcome: Outcome): Promise<void> {
  const { result, listing, upload, quote, goods, policy, ledger } = outcome
  const { released } = result
  const model = released === undefined ? undefined : await storeModel(ctx, order, released)
  const needsReview = result.verdict === 'OK' && policy.release.airlock === 'owner'
  const { order_id: orderId } = order
  const release_at = releaseSlot(policy, await ctx.chain.now())
  const { chainId, deployment } = ctx.config.chain
  const provenance = provenanceOf({
    receipt: { orderId, ...result },
    goods,
    parameters: parametersOf(quote),
    content: contentOf(listing),
    builder: { chainId, datatrusts: deployment.datatrusts, datatrust: ctx.config.datatrust },
    ledger,
    openingHash: runOpeningHash(runOpeningOf(ctx, { order, listing, upload, goods })),
  })
  const receipt = receiptOf({
    orderId,
    goods,
    result,
    provenanceHash: provenanceHash(provenance),
    ...(model && { releasedRoot: model.releasedRoot }),
  })
  const receipt_signature = needsReview ? null : await signReceipt(ctx, receipt)
  const moved = await ctx.db.transaction().execute(async (db) => {
    const ended = await moveOrder({ db }, orderId, 'running', {
      ...model?.columns,
      receipt: toWire(receipt),
      receipt_signature,
      provenance: canonicalJson(provenance),
      metrics: JSON.stringify(result.metrics),
      private_log: toWire(result.privateLog),
      release_at,
      state: needsReview ? 'review' : model === undefined ? 'marking' : 'ready',
    })
    if (ended) await recordAct(db, { type: 'run-ended', orderId, details: { verdict: result.verdict, needsReview } })
    return ended
  })
  if (!moved && model?.columns.message_key != null) await ctx.blobs.delete(model.columns.message_key)
}
