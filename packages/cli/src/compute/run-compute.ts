import { createHash } from 'node:crypto'
import { resolve } from 'node:path'
import {
  type Hex,
  type ListingId,
  leakBits,
  type OrderId,
  type Parameters,
  parametersHash,
  requireAllowed,
  type Trainer,
  trainerDigest,
} from '@gristmill/protocol'
import { type Listing, requireJointListings } from '@gristmill/sdk'
import type { Command } from 'commander'
import { ArgumentError } from '../argument-errors.js'
import { parseId, parseParameters } from '../arguments.js'
import { formatDuration } from '../duration.js'
import type { Io } from '../io.js'
import { NoComputeError } from '../listing/listing-errors.js'
import { moneyOf } from '../money.js'
import { collect } from '../order/collect.js'
import { findOpenOrder } from '../order/find-open-order.js'
import { type Placed, place } from '../order/place.js'
import { placeRun } from '../order/place-run.js'
import { withOrder } from '../order/with-order.js'
import { requireFree } from '../order/write-asset.js'
import { fields, note, printResult } from '../output.js'
import type { Source } from '../payment.js'
import { endDryRun } from '../plan/end-dry-run.js'
import { whoApproves } from '../policy/who-approves.js'
import { step } from '../progress.js'
import { openSession, type Session } from '../session.js'
import { readModule } from './read-module.js'

export interface RunOptions {
  algorithm?: string
  trainer?: Trainer
  algorithmListing?: string
  parameters: string
  out: string
  maxPrice?: string
  from: Source
  timeout: string
  again?: true
}

/** What is to run, and on what. */
interface Wanted {
  /** Of the data. */
  listings: readonly ListingId[]
  /** That sells the algorithm; without it the sponsor sends the module. */
  algorithmListing: ListingId | undefined
  module: Uint8Array | undefined
  run: { algorithm: Hex; parameters: Parameters }
}

interface Ordered extends Pick<Placed, 'price' | 'amount'> {
  orderIds: readonly OrderId[]
}

export async function runCompute(io: Io, command: Command, ids: readonly string[], options: RunOptions): Promise<void> {
  const out = resolve(io.cwd, options.out)
  requireFree(out)
  const parameters = parseParameters('--parameters', options.parameters)
  const listings = ids.map((id) => parseId('listing', id) as ListingId)
  const { algorithm: file, trainer, algorithmListing: named } = options
  if ([file, trainer, named].filter((one) => one !== undefined).length !== 1) {
    throw new ArgumentError(
      '--algorithm',
      'or --trainer or --algorithm-listing: name one of a file, a trainer, and the listing that sells an algorithm.',
    )
  }
  const algorithmListing = named === undefined ? undefined : (parseId('--algorithm-listing', named) as ListingId)
  const joined = [...listings, ...(algorithmListing === undefined ? [] : [algorithmListing])]
  // Before the algorithm is sent.
  if (joined.length > 1) requireJointListings(joined)
  const module = file === undefined ? undefined : await readModule(resolve(io.cwd, file))
  await using session = await openSession(io, command)
  // A datatrust has its trainers: none is sent.
  const algorithm =
    trainer === undefined ? await digestOf(session, { module, algorithmListing }) : trainerDigest(trainer)
  const wanted: Wanted = { listings, algorithmListing, module, run: { algorithm, parameters } }
  const before = options.again === true ? undefined : await orderedBefore(io, session, wanted)
  const [known] = before?.orderIds ?? []
  if (known !== undefined) endDryRun(io, command, `Fetch the model of order ${known}; it is ordered already`)
  const placed = before ?? (await orderRun(io, session, wanted, options))
  const { orderIds, price, amount } = placed
  const [orderId] = orderIds as [OrderId]
  const collected = await withOrder(io, { orderId, out: options.out }, () =>
    collect(io, session, { orderId, out, timeout: options.timeout }),
  )
  const { shown, ...result } = collected
  const lines = fields({ order: orderIds.length === 1 ? orderId : [...orderIds], price, ...shown })
  const joint = isJoint(wanted) ? { orderIds } : {}
  printResult(io, command, { orderId, ...joint, price, amount, ...result, continued: before !== undefined }, lines)
}

const isJoint = ({ listings, algorithmListing }: Wanted): boolean =>
  listings.length > 1 || algorithmListing !== undefined

/** By its sha256: of the module, or as the listing that sells it commits to it. */
async function digestOf(
  { client }: Session,
  { module, algorithmListing: listing }: Pick<Wanted, 'module' | 'algorithmListing'>,
): Promise<Hex> {
  if (module !== undefined) return `0x${createHash('sha256').update(module).digest('hex')}`
  const { document } = await client.listings.get({ listing: listing as ListingId })
  const digest = document.algorithmTerms?.algorithm.digest
  if (digest === undefined) throw new ArgumentError('--algorithm-listing', `${listing} sells no algorithm.`)
  return digest
}

/** Looks whether the makers let this run, says what it may carry out, and orders it. */
async function orderRun(io: Io, session: Session, wanted: Wanted, options: RunOptions): Promise<Ordered> {
  const { client } = session
  const { listings, algorithmListing, module, run } = wanted
  const documents: Listing['document'][] = []
  for (const listing of listings) {
    const { document } = await client.listings.get({ listing })
    if (document.policy === undefined) throw new NoComputeError(listing)
    requireAllowed(document.policy, run)
    documents.push(document)
  }
  const [first] = documents as [Listing['document']]
  if (module !== undefined) await step(io, 'Sends the algorithm', () => client.orders.sendAlgorithm({ module }))
  const { maxPrice, from } = options
  const facts = runFacts(first, run.algorithm)
  if (isJoint(wanted)) return placeRun(io, session, { listings, algorithmListing, ...run, maxPrice, from, facts })
  const { listing } = first
  const placed = await place(io, session, { listing, kind: 'compute', ...run, maxPrice, from, also: { facts } })
  return { ...placed, orderIds: [placed.orderId] }
}

function runFacts({ policy, rowsAtMost }: Listing['document'], algorithm: Hex) {
  if (policy === undefined) return {}
  const { release } = policy
  return {
    algorithm,
    'you get': `${policy.family} model, ${policy.artifact.tensors.map(({ name, shape }) => `${name}[${shape}]`).join(', ')}`,
    leaves: `${leakBits(policy)} bits: at most ${rowsAtMost ?? '?'} rows' worth`,
    review: whoApproves(release) ?? 'none',
    'leaves at': `multiples of ${formatDuration(release.slotSeconds)}`,
  }
}

/** The same run, ordered before: its model is on its way or here. */
async function orderedBefore(io: Io, session: Session, wanted: Wanted): Promise<Ordered | undefined> {
  const { client } = session
  const { listings, algorithmListing } = wanted
  const { algorithm, parameters } = wanted.run
  const joint = isJoint(wanted)
    ? { listings: [...listings, ...(algorithmListing === undefined ? [] : [algorithmListing])] }
    : {}
  const run = { algorithm, parametersHash: parametersHash(parameters), ...joint }
  const order = await findOpenOrder(session, { listing: listings[0] as ListingId, run })
  if (order === undefined) return undefined
  const { orderId, deal } = order
  const { orderIds } = await client.orders.run({ orderId })
  const orders = await Promise.all(orderIds.map((id) => client.orders.get({ orderId: id })))
  const amount = orders.reduce((sum, one) => sum + one.deal.price, 0n)
  const money = await moneyOf(client, deal.asset)
  note(
    io,
    `Your order ${orderId} for this very run is paid already: goes on with it, nothing is paid. --again orders another.`,
  )
  return { orderIds, price: money.format(amount), amount }
}
