import { type Recipient, readRecipient } from '@gristmill/envelope'
import {
  type Address,
  approvalsNeeded,
  DAY,
  type Deal,
  decidersOf,
  type Goods,
  type Hex,
  type ListingId,
  type OrderId,
  orderIdOf,
  type Parameters,
  type Policy,
  parametersHash,
  parametersSchema,
  type Quote,
  type ReleaseRule,
  type RequestQuote,
  type Runtime,
  requireAllowed,
  runIdOf,
  termsHashOf,
  toWire,
  ZERO_ADDRESS,
  ZERO_BYTES32,
} from '@gristmill/protocol'
import type { DealTerms, ListingRecord } from '@gristmill/sdk'
import { keccak256 } from 'ethers'
import { inspectAlgorithm, readStoredAlgorithm, requireRunnable } from '../algorithms/algorithm.js'
import { RequestInvalidError } from '../api/request-errors.js'
import { TooFewReviewersError } from '../approvals/approval-errors.js'
import type { Context } from '../context.js'
import type { ListingRow, QuoteRow } from '../db/schema.js'
import { AlgorithmAloneError } from '../joint/joint-errors.js'
import { type Joint, requireJoint } from '../joint/require-joint.js'
import { algorithmTermsOf, contentOf, policyOf } from '../listings/listing.js'
import { ListingClosedError, ListingNotFoundError, NotOfferedError } from '../listings/listing-errors.js'
import { lookUpListing } from '../listings/look-up-listing.js'
import { datasetOf, uploadOfListing } from '../uploads/upload.js'
import { deliveryKeyOf, randomQuoteId } from './delivery-key.js'
import { AckKeyContractError, OrderExistsError, QuoteConflictError, TooManyQuotesError } from './quote-errors.js'
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
  requireMode(request)
  const recipient =
    request.recipientPublicKey === undefined ? undefined : await readRecipient(request.recipientPublicKey)
  const now = await ctx.chain.now()
  if ((await ctx.chain.statusOf(orderId)).status !== 'none') {
    await recoverQuote(ctx, orderId, request)
    throw new OrderExistsError(orderId, request.n)
  }
  const record = await requireOpen(ctx, request, now)
  requireSame(listing, record)
  const open = await openQuotes(ctx, orderId, now)
  requireSameWish(orderId, buyer, request, open)
  await requireSigningKey(ctx, request)
  const terms = await readTerms(ctx, record, request)
  const known = open.map(quoteOf).find(({ deal }) => isStillGood(ctx, deal, terms, now))
  if (known !== undefined) return known
  await requireFewQuotes(ctx, buyer, now)
  const run = await requireRun(ctx, buyer, listing, request)

  const deal: Deal = {
    ...terms,
    buyer,
    n: request.n,
    placeBy: lastMoment(record, now + ctx.config.terms.quoteSeconds),
    fulfilWithin: fulfilWithinOf(ctx, run?.policy),
  }
  const quoteId = request.ackKey === undefined ? undefined : randomQuoteId()
  const goods = goodsOf(ctx, listing, { recipient, quoteId, run })
  return storeQuote(ctx, { orderId, deal, goods, request, quoteId, isAlgorithmListed: run?.isListed })
}

/** Data and models are acknowledged by a session key; data may go direct to an OpenPGP key instead. */
function requireMode({ kind, ackKey, direct, recipientPublicKey }: RequestQuote): void {
  const fault = (path: string, what: string) => new RequestInvalidError([{ path, fault: what }])
  if (kind === 'compute' && direct !== undefined) throw fault('direct', 'is for access')
  const isFair = direct === undefined
  if (isFair && ackKey === undefined) throw fault('ackKey', 'is needed, unless it is direct access')
  if (isFair && recipientPublicKey !== undefined) throw fault('recipientPublicKey', 'is for direct access')
  if (!isFair && ackKey !== undefined) throw fault('ackKey', 'is for what is not direct')
  if (!isFair && recipientPublicKey === undefined) throw fault('recipientPublicKey', 'direct access needs one')
  if (ackKey === ZERO_ADDRESS) throw fault('ackKey', 'nobody can sign with it')
}

/** The chain would ask a contract for its word; this datatrust reveals no key on it. An order with it could only be refunded. */
async function requireSigningKey({ chain }: Context, { ackKey }: RequestQuote): Promise<void> {
  if (ackKey !== undefined && (await chain.isContract(ackKey))) throw new AckKeyContractError(ackKey)
}

/** Quotes under a number that can still be placed. */
function openQuotes({ db }: Context, orderId: OrderId, now: number): Promise<QuoteRow[]> {
  return db.selectFrom('quotes').selectAll().where('order_id', '=', orderId).where('place_by', '>=', now).execute()
}

/** A number stands for one wish: the kind, the key and the run are those it was first quoted with. */
function requireSameWish(
  orderId: OrderId,
  buyer: Address,
  { n, ...wish }: RequestQuote,
  open: readonly QuoteRow[],
): void {
  for (const known of open) {
    if (known.kind !== wish.kind) throw new QuoteConflictError(orderId, n, 'kind')
    if (known.ack_key !== (wish.ackKey ?? null)) throw new QuoteConflictError(orderId, n, 'session key')
    if (known.recipient_public_key !== (wish.recipientPublicKey ?? null))
      throw new QuoteConflictError(orderId, n, 'key')
    if (known.run_id !== (runIdAsked(buyer, wish) ?? null)) throw new QuoteConflictError(orderId, n, 'joint run')
    if (quoteOf(known).goods.algorithm !== (wish.algorithm ?? ZERO_BYTES32))
      throw new QuoteConflictError(orderId, n, 'algorithm')
    const parameters = wish.kind === 'access' ? {} : (wish.parameters ?? {})
    if (parametersHash(parametersSchema.parse(JSON.parse(known.parameters ?? '{}'))) !== parametersHash(parameters)) {
      throw new QuoteConflictError(orderId, n, 'set of parameters')
    }
  }
}

function runIdAsked(buyer: Address, { joint }: Pick<RequestQuote, 'joint'>): Hex | undefined {
  return joint && runIdOf(joint.map((order) => orderIdOf(order.listing, buyer, order.n)))
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

/** After a block that is gone the chain may have other content under this id; ours is unconfirmed until it is read. */
function requireSame(listing: ListingRow, record: ListingRecord): void {
  if (record.termsHash !== termsHashOf(contentOf(listing))) throw new ListingNotFoundError(record.listing)
}

/** Once a listing has ended, its quotes are good for nothing. */
function lastMoment({ exitAt }: ListingRecord, placeBy: number): number {
  return exitAt === 0 ? placeBy : Math.min(placeBy, exitAt - 1)
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
  /** Of the executor that would run it now. */
  runtimeDigest: Hex
  policy: Policy
  /** It is the content of a listing. */
  isListed: boolean
  /** Of a joint run. */
  runId?: Hex
}

/** What is to run, if the policy and its budget let it. */
async function requireRun(
  ctx: Context,
  buyer: Address,
  listing: ListingRow,
  request: RequestQuote,
): Promise<Run | undefined> {
  const { kind, algorithm, parameters = {}, joint: asked } = request
  if (kind === 'access') {
    const named = (['algorithm', 'parameters', 'joint'] as const).find((field) => request[field] !== undefined)
    if (named === undefined) return undefined
    throw new RequestInvalidError([{ path: named, fault: 'access takes neither algorithm nor parameters nor a run' }])
  }
  if (algorithm === undefined) throw new RequestInvalidError([{ path: 'algorithm', fault: 'compute needs one' }])
  const joint = asked === undefined ? undefined : await requireJoint(ctx, buyer, { ...request, joint: asked })
  const own = policyOf(listing)
  const policy = own ?? joint?.policy
  if (policy === undefined) {
    if (algorithmTermsOf(listing) !== undefined) throw new AlgorithmAloneError(listing.listing)
    throw new NotOfferedError(listing.listing as ListingId, kind)
  }
  requireReviewers(policy.release, { maker: listing.maker, sponsor: buyer })
  const { runtime } = requireAllowed(policy, { algorithm, parameters })
  const { runtimeDigest } = ctx.executors.of(runtime).capabilities()
  if (joint?.algorithm === undefined) await requireRunnable(ctx, algorithm, runtime)
  else await requireListed(ctx, joint.algorithm, { algorithm, parameters, runtime })
  if (own !== undefined) {
    const dataset = datasetOf(await uploadOfListing(ctx, listing))
    await requireBudget(ctx, policy, { buyer, dataset, maker: listing.maker })
  }
  const isListed = joint?.algorithm !== undefined
  return { algorithm, parameters, runtimeDigest, policy, isListed, ...(joint && { runId: joint.runId }) }
}

/** Throws if a run would wait for more reviewers than there are who did not order it. */
function requireReviewers(rule: ReleaseRule, parties: Record<'maker' | 'sponsor', Address>): void {
  const [needed, left] = [approvalsNeeded(rule), decidersOf(rule, parties).length]
  if (left < needed) throw new TooFewReviewersError(needed, left)
}

/** Throws unless the algorithm listing of a joint run is of the algorithm that is asked for, and runs here. */
async function requireListed(
  ctx: Context,
  { listing, terms }: NonNullable<Joint['algorithm']>,
  { runtime, ...run }: Pick<Run, 'algorithm' | 'parameters'> & { runtime: Runtime },
): Promise<void> {
  requireAllowed({ algorithms: [terms] }, run)
  const module = await readStoredAlgorithm(ctx, await uploadOfListing(ctx, listing))
  await inspectAlgorithm(ctx, module, runtime)
}

/** A run may wait for its release slot, and its receipt is posted where nobody acknowledges: those times come on top. */
function fulfilWithinOf({ config }: Context, policy: Policy | undefined): number {
  const { fulfilWithinSeconds, fulfilMarginSeconds } = config.terms
  const slotSeconds = policy?.release.slotSeconds ?? 0
  return Math.min(FULFIL_SECONDS_MAX, fulfilWithinSeconds + 2 * fulfilMarginSeconds + slotSeconds)
}

interface Wanted {
  recipient: Recipient | undefined
  quoteId: Hex | undefined
  run: Run | undefined
}

function goodsOf(ctx: Context, listing: ListingRow, { recipient, quoteId, run }: Wanted): Goods {
  return {
    termsHash: termsHashOf(contentOf(listing)),
    keyHash: quoteId === undefined ? ZERO_BYTES32 : (keccak256(deliveryKeyOf(ctx.secrets, quoteId)) as Hex),
    recipientKey: recipient?.recipientKey ?? ZERO_BYTES32,
    algorithm: run?.algorithm ?? ZERO_BYTES32,
    parametersHash: run === undefined ? ZERO_BYTES32 : parametersHash(run.parameters),
    runtimeDigest: run?.runtimeDigest ?? ZERO_BYTES32,
    runId: run?.runId ?? ZERO_BYTES32,
  }
}
