import { type Recipient, readRecipient } from '@gristmill/envelope'
import {
  type Address,
  DAY,
  type Deal,
  type Goods,
  type Hex,
  type ListingId,
  type OrderId,
  orderIdOf,
  type Parameters,
  parametersHash,
  parametersSchema,
  type Quote,
  type RequestQuote,
  requireAllowed,
  termsHashOf,
  toWire,
  ZERO_BYTES32,
} from '@gristmill/protocol'
import type { DealTerms, ListingRecord } from '@gristmill/sdk'
import { requireAlgorithm } from '../algorithms/algorithm.js'
import { RequestInvalidError } from '../api/request-errors.js'
import type { Context } from '../context.js'
import type { ListingRow, QuoteRow } from '../db/schema.js'
import { contentOf, policyOf } from '../listings/listing.js'
import { ListingClosedError, NotOfferedError } from '../listings/listing-errors.js'
import { lookUpListing } from '../listings/look-up-listing.js'
import { uploadOfListing } from '../uploads/upload.js'
import { OrderExistsError, QuoteConflictError, TooManyQuotesError } from './quote-errors.js'
import { readTerms } from './read-terms.js'
import { recoverQuote } from './recover-quote.js'
import { requireBudget } from './require-budget.js'
import { quoteOf, storeQuote } from './store-quote.js'

const FULFIL_SECONDS_MAX = 7 * DAY
/** Quotes of one buyer that can still be placed. */
const QUOTES_MAX = 200

/**
 * An offer for exactly what is asked, at what the chain says now; signed, and remembered until it can be placed no more.
 * Asked again it is the same offer, unless the chain's terms changed or half of its time is over.
 */
export function requestQuote(ctx: Context, buyer: Address, request: RequestQuote): Promise<Quote> {
  const orderId = orderIdOf(request.listing, buyer, request.n)
  return ctx.tasks.inTurn(`quote ${orderId}`, () => quote(ctx, buyer, orderId, request))
}

async function quote(ctx: Context, buyer: Address, orderId: OrderId, request: RequestQuote): Promise<Quote> {
  const listing = await lookUpListing(ctx, request.listing)
  const recipient = await readRecipient(request.recipientPublicKey)
  const now = await ctx.chain.now()
  if ((await ctx.chain.statusOf(orderId)).status !== 'none') {
    await recoverQuote(ctx, orderId, request)
    throw new OrderExistsError(orderId, request.n)
  }
  const record = await requireOpen(ctx, request, now)
  const open = await openQuotes(ctx, orderId, now)
  requireSameWish(orderId, request, open)
  const terms = await readTerms(ctx, record, request.kind)
  const known = open.map(quoteOf).find(({ deal }) => isStillGood(ctx, deal, terms, now))
  if (known !== undefined) return known
  await requireFewQuotes(ctx, buyer, now)
  const run = await requireRun(ctx, buyer, listing, request)

  const deal: Deal = {
    ...terms,
    buyer,
    n: request.n,
    placeBy: now + ctx.config.terms.quoteSeconds,
    fulfilWithin: fulfilWithinOf(ctx, listing),
  }
  const goods = goodsOf(ctx, listing, recipient, run)
  return storeQuote(ctx, { orderId, deal, goods, request })
}

/** Quotes under a number that can still be placed. */
function openQuotes({ db }: Context, orderId: OrderId, now: number): Promise<QuoteRow[]> {
  return db.selectFrom('quotes').selectAll().where('order_id', '=', orderId).where('place_by', '>=', now).execute()
}

/** A number stands for one wish: the kind, the key and the run are those it was first quoted with. */
function requireSameWish(orderId: OrderId, { n, ...wish }: RequestQuote, open: readonly QuoteRow[]): void {
  for (const known of open) {
    if (known.kind !== wish.kind) throw new QuoteConflictError(orderId, n, 'kind')
    if (known.recipient_public_key !== wish.recipientPublicKey) throw new QuoteConflictError(orderId, n, 'key')
    if (known.algorithm !== (wish.algorithm ?? null)) throw new QuoteConflictError(orderId, n, 'algorithm')
    const parameters = wish.kind === 'access' ? {} : (wish.parameters ?? {})
    if (parametersHash(parametersSchema.parse(JSON.parse(known.parameters ?? '{}'))) !== parametersHash(parameters)) {
      throw new QuoteConflictError(orderId, n, 'set of parameters')
    }
  }
}

/** True if a quote says what one made now would say, and leaves time to place it. */
function isStillGood({ config }: Context, deal: Deal, terms: DealTerms, now: number): boolean {
  const isSame = toWire({ ...deal, ...terms }) === toWire(deal)
  return isSame && deal.placeBy > now + config.terms.quoteSeconds / 2
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
    termsHash: termsHashOf(contentOf(listing)),
    keyHash: ZERO_BYTES32,
    recipientKey: recipient.recipientKey,
    algorithm: run?.algorithm ?? ZERO_BYTES32,
    parametersHash: run === undefined ? ZERO_BYTES32 : parametersHash(run.parameters),
    runtimeDigest: run === undefined ? ZERO_BYTES32 : ctx.executor.capabilities().runtimeDigest,
    runId: ZERO_BYTES32,
  }
}
