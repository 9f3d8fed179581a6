import { randomUUID } from 'node:crypto'
import { type ByteSource, ContentHasher, type Recipient, readRecipient, sealBytes } from '@gristmill/envelope'
import { nodeSha256 } from '@gristmill/envelope/node'
import {
  type Goods,
  isProtocolError,
  leakBits,
  type Policy,
  ProtocolError,
  parametersSchema,
  releaseSlot,
  termsHashOf,
  toWire,
} from '@gristmill/protocol'
import { type RunResult, receiptOf, run } from '@gristmill/runner'
import type { Context } from '../context.js'
import type { ListingRow, OrderRow, QuoteRow } from '../db/schema.js'
import { charge } from '../ledger/charge.js'
import { contentOf, findListing, policyOf } from '../listings/listing.js'
import { openContent } from '../uploads/open-content.js'
import { sealedBytesMax } from '../uploads/store-content.js'
import { type StoredUpload, uploadOfListing } from '../uploads/upload.js'
import { closeOrder, moveOrder, quoteOf, termsOf } from './order.js'
import { OrderNotPaidError } from './order-errors.js'

/** Thrown when stored content is not what was listed; nothing of a run on it is used. */
export class StoredContentError extends ProtocolError {
  readonly code = 'STORED_CONTENT' as const

  constructor(expected: string, actual: string) {
    super(`The stored content has the root ${actual} instead of ${expected}. Restore the blobs from a backup.`, {
      details: { expected, actual },
    })
  }
}

/**
 * Runs a compute order: charges the budget, runs, seals the model to its sponsor, and writes down how it ended before
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
  try {
    const entry = { dataset: upload.sha256, sponsor: order.buyer, orderId: order.order_id }
    await charge(ctx.db, policy, { ...entry, bits: leakBits(policy) })
  } catch (error) {
    if (!isProtocolError(error, 'BUDGET_EXCEEDED')) throw error
    return closeOrder(ctx, order, 'the budget of the data is used up')
  }
  ctx.log.info({ orderId: order.order_id }, 'run started')
  const result = await execute(ctx, order, { listing, upload, quote, goods, policy })
  await writeDown(ctx, order, { result, goods, policy, recipient: await readRecipient(quote.recipient_public_key) })
  ctx.log.info({ orderId: order.order_id, verdict: result.verdict }, 'run ended')
}

interface Inputs {
  listing: ListingRow
  upload: StoredUpload
  quote: QuoteRow
  goods: Goods
  policy: Policy
}

async function execute(ctx: Context, order: OrderRow, inputs: Inputs): Promise<RunResult> {
  const { listing, upload, quote, goods, policy } = inputs
  const { module } = await ctx.db
    .selectFrom('algorithms')
    .select('module')
    .where('sha256', '=', goods.algorithm)
    .executeTakeFirstOrThrow()
  const hasher = await ContentHasher.create({ blindSecret: upload.secret, sha256: nodeSha256 })
  const result = await run({
    orderId: order.order_id,
    policy,
    algorithm: module,
    parameters: parametersSchema.parse(JSON.parse(quote.parameters ?? '{}')),
    source: hashed(await openContent(ctx, upload), hasher),
    executor: ctx.executor,
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

interface Outcome {
  result: RunResult
  goods: Goods
  policy: Policy
  recipient: Recipient
}

async function writeDown(ctx: Context, order: OrderRow, { result, goods, policy, recipient }: Outcome): Promise<void> {
  const { released } = result
  const message = released === undefined ? undefined : await storeSealed(ctx, released, recipient)
  const needsReview = result.verdict === 'OK' && policy.release.airlock === 'owner'
  const moved = await moveOrder(ctx, order.order_id, 'running', {
    ...message,
    receipt: toWire(receiptOf({ orderId: order.order_id, goods, result })),
    metrics: JSON.stringify(result.metrics),
    release_at: releaseSlot(policy, await ctx.chain.now()),
    state: needsReview ? 'review' : 'marking',
  })
  if (!moved && message !== undefined) await ctx.blobs.delete(message.message_key)
}

async function storeSealed(ctx: Context, model: Uint8Array, recipient: Recipient) {
  const sealed = await sealBytes(model, { recipient })
  const message_key = `messages/${randomUUID()}`
  await ctx.blobs.put(message_key, once(sealed), { maxBytes: sealedBytesMax(model.length) })
  return { message_key, message_bytes: sealed.length }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes
}
