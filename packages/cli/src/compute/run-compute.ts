import { createHash } from 'node:crypto'
import { resolve } from 'node:path'
import {
  type Hex,
  type ListingId,
  leakBits,
  type Parameters,
  parametersHash,
  requireAllowed,
} from '@gristmill/protocol'
import type { Listing } from '@gristmill/sdk'
import type { Command } from 'commander'
import { parseId, parseParameters } from '../arguments.js'
import { NoComputeError } from '../cli-errors.js'
import { formatDuration } from '../duration.js'
import type { Io } from '../io.js'
import { moneyOf } from '../money.js'
import { collect } from '../order/collect.js'
import { findOpenOrder } from '../order/find-open-order.js'
import { type Placed, place } from '../order/place.js'
import { withOrder } from '../order/with-order.js'
import { requireFree } from '../order/write-asset.js'
import { fields, note, printResult } from '../output.js'
import type { Source } from '../payment.js'
import { endDryRun } from '../plan/end-dry-run.js'
import { step } from '../progress.js'
import { openSession, type Session } from '../session.js'
import { readModule } from './read-module.js'

export interface RunOptions {
  algorithm: string
  parameters: string
  out: string
  maxPrice?: string
  from: Source
  timeout: string
  again?: true
}

export async function runCompute(io: Io, command: Command, id: string, options: RunOptions): Promise<void> {
  const out = resolve(io.cwd, options.out)
  requireFree(out)
  const parameters = parseParameters('--parameters', options.parameters)
  const listing = parseId('listing', id) as ListingId
  const module = await readModule(resolve(io.cwd, options.algorithm))
  await using session = await openSession(io, command)
  const algorithm: Hex = `0x${createHash('sha256').update(module).digest('hex')}`
  const run = { algorithm, parameters }
  const before = options.again === true ? undefined : await orderedBefore(io, session, listing, run)
  if (before !== undefined) endDryRun(io, command, `Fetch the model of order ${before.orderId}; it is ordered already`)
  const placed = before ?? (await orderRun(io, session, listing, { module, run, options }))
  const { orderId, price, amount } = placed
  const collected = await withOrder(io, { orderId, out: options.out }, () =>
    collect(io, session, { orderId, out, timeout: options.timeout }),
  )
  const { shown, ...result } = collected
  const lines = fields({ order: orderId, price, ...shown })
  printResult(io, command, { orderId, price, amount, ...result, continued: before !== undefined }, lines)
}

/** Looks whether the maker lets this run, says what it may carry out, and orders it. */
async function orderRun(
  io: Io,
  session: Session,
  listing: ListingId,
  {
    module,
    run,
    options,
  }: { module: Uint8Array; run: { algorithm: Hex; parameters: Parameters }; options: RunOptions },
): Promise<Placed> {
  const { client } = session
  const { document } = await client.listings.get({ listing })
  const { policy } = document
  if (policy === undefined) throw new NoComputeError(listing)
  requireAllowed(policy, run)
  await step(io, 'Sends the algorithm', () => client.orders.sendAlgorithm({ module }))
  const { maxPrice, from } = options
  return place(io, session, {
    listing,
    kind: 'compute',
    ...run,
    maxPrice,
    from,
    also: { facts: runFacts(document, run.algorithm) },
  })
}

function runFacts({ policy, rowsAtMost }: Listing['document'], algorithm: Hex) {
  if (policy === undefined) return {}
  const { release } = policy
  return {
    algorithm,
    'you get': `${policy.family} model, ${policy.artifact.tensors.map(({ name, shape }) => `${name}[${shape}]`).join(', ')}`,
    leaves: `${leakBits(policy)} bits: at most ${rowsAtMost ?? '?'} rows' worth`,
    review: release.airlock === 'owner' ? 'the maker approves the model before it leaves' : 'none',
    'leaves at': `multiples of ${formatDuration(release.slotSeconds)}`,
  }
}

/** The same run, ordered before: its model is on its way or here. */
async function orderedBefore(
  io: Io,
  session: Session,
  listing: ListingId,
  { algorithm, parameters }: { algorithm: Hex; parameters: Parameters },
): Promise<Placed | undefined> {
  const run = { algorithm, parametersHash: parametersHash(parameters) }
  const order = await findOpenOrder(session, { listing, run })
  if (order === undefined) return undefined
  const { orderId, deal } = order
  const money = await moneyOf(session.client, deal.asset)
  note(
    io,
    `Your order ${orderId} for this very run is paid already: goes on with it, nothing is paid. --again orders another.`,
  )
  return { orderId, price: money.format(deal.price), amount: deal.price }
}
