import { type Recipient, readRecipient } from '@gristmill/envelope'
import {
  type Address,
  DAY,
  type Deal,
  type Goods,
  type Hex,
  type ListingId,
  orderIdOf,
  type Parameters,
  parametersHash,
  type Quote,
  quoteTypedData,
  type RequestQuote,
  requireAllowed,
  toWire,
  typedDataDigest,
  ZERO_BYTES32,
} from '@gristmill/protocol'
import type { ListingRecord } from '@gristmill/sdk'
import { requireAlgorithm } from '../algorithms/algorithm.js'
import { RequestInvalidError } from '../api/request-errors.js'
import type { Context } from '../context.js'
import type { ListingRow } from '../db/schema.js'
import { policyOf } from '../listings/listing.js'
import { ListingClosedError, NotOfferedError } from '../listings/listing-errors.js'
import { lookUpListing } from '../listings/look-up-listing.js'
import { signTypedData } from '../sign.js'
import { uploadOfListing } from '../uploads/upload.js'
import { OrderExistsError, TooManyQuotesError } from './quote-errors.js'
import { readTerms } from './read-terms.js'
import { requireBudget } from './require-budget.js'

const FULFIL_SECONDS_MAX = 7 * DAY
/** Quotes of one buyer that can still be placed. */
const QUOTES_MAX = 200

/** An offer for exactly what is asked, at what the chain says now; signed, and remembered until it can be placed no more. */
export async function requestQuote(ctx: Context, buyer: Address, request: RequestQuote): Promise<Quote> {
  const listing = await lookUpListing(ctx, request.listing)
  const recipient = await readRecipient(request.recipientPublicKey)
  const now = await ctx.chain.now()
  const record = await requireOpen(ctx, request, now)
  const orderId = orderIdOf(request.listing, buyer, request.n)
  if ((await ctx.chain.statusOf(orderId)).status !== 'none') throw new OrderExistsError(orderId, request.n)
  await requireFewQuotes(ctx, buyer, now)
  const run = await requireRun(ctx, buyer, listing, request)

  const deal: Deal = {
    ...(await readTerms(ctx, record, request.kind)),
    buyer,
    n: request.n,
    placeBy: now + ctx.config.terms.quoteSeconds,
    fulfilWithin: fulfilWithinOf(ctx, listing),
  }
  const goods = goodsOf(ctx, listing, recipient, run)
  const message = quoteTypedData(ctx.chain.ordersDomain, { deal, goods })
  const signature = await signTypedData(ctx.secrets.signer, message)
  await ctx.db
    .insertInto('quotes')
    .values({
      digest: typedDataDigest(message),
      order_id: orderId,
      deal: toWire(deal),
      goods: toWire(goods),
      signature,
      recipient_public_key: request.recipientPublicKey,
      algorithm: run?.algorithm ?? null,
      parameters: run === undefined ? null : JSON.stringify(run.parameters),
      buyer,
      maker: record.maker,
      kind: request.kind,
      place_by: deal.placeBy,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  return { deal, goods, signature }
}

async function requireOpen(ctx: Context, { listing, kind }: RequestQuote, now: number): Promise<ListingRecord> {
  const record = await ctx.chain.client.listings.record({ listing })
  const { activeFrom, exitAt, prices } = record
  if (prices[kind] === undefined) throw new NotOfferedError(listing, kind)
  if (now < activeFrom || (exitAt !== 0 && now >= exitAt)) throw new ListingClosedError(listing, activeFrom, exitAt)
  return record
}

async function requireFewQuotes({ db }: Context, buyer: Address, now: number): Promise<void> {
  const { count } = await db
    .selectFrom('quotes')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('buyer', '=', buyer)
    .where('place_by', '>=', now)
    .executeTakeFirstOrThrow()
  if (count >= QUOTES_MAX) throw new TooManyQuotesError(QUOTES_MAX)
}

interface Run {
  algorithm: Hex
  parameters: Parameters
}

/** What is to run, if the policy and its budget let it. */
async function requireRun(
  ctx: Context,
  buyer: Address,
  listing: ListingRow,
  { kind, algorithm, parameters }: RequestQuote,
): Promise<Run | undefined> {
  if (kind === 'access') {
    if (algorithm === undefined && parameters === undefined) return undefined
    throw new RequestInvalidError([{ path: 'algorithm', fault: 'access takes neither algorithm nor parameters' }])
  }
  if (algorithm === undefined) throw new RequestInvalidError([{ path: 'algorithm', fault: 'compute needs one' }])
  const policy = policyOf(listing)
  if (policy === undefined) throw new NotOfferedError(listing.listing as ListingId, kind)
  const run = { algorithm, parameters: parameters ?? {} }
  requireAllowed(policy, run)
  await requireAlgorithm(ctx, algorithm)
  await requireBudget(ctx, policy, { buyer, dataset: (await uploadOfListing(ctx, listing)).sha256 })
  return run
}

/** A run may wait for its release slot: that time comes on top. */
function fulfilWithinOf({ config }: Context, listing: ListingRow): number {
  const { fulfilWithinSeconds, fulfilMarginSeconds } = config.terms
  const slotSeconds = policyOf(listing)?.release.slotSeconds ?? 0
  return Math.min(FULFIL_SECONDS_MAX, fulfilWithinSeconds + fulfilMarginSeconds + slotSeconds)
}

function goodsOf(ctx: Context, listing: ListingRow, recipient: Recipient, run: Run | undefined): Goods {
  return {
    contentRoot: listing.content_root,
    sizeBytes: BigInt(listing.size_bytes),
    metadataHash: listing.metadata_hash,
    policyHash: listing.policy_hash,
    recipientKey: recipient.recipientKey,
    algorithm: run?.algorithm ?? ZERO_BYTES32,
    parametersHash: run === undefined ? ZERO_BYTES32 : parametersHash(run.parameters),
    runtimeDigest: run === undefined ? ZERO_BYTES32 : ctx.executor.capabilities().runtimeDigest,
    runId: ZERO_BYTES32,
  }
}
