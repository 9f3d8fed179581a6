import { resolve } from 'node:path'
import type { ListingId } from '@gristmill/protocol'
import type { Command } from 'commander'
import { parseId } from '../arguments.js'
import type { Io } from '../io.js'
import { moneyOf } from '../money.js'
import { fields, note, printResult } from '../output.js'
import type { Source } from '../payment.js'
import { endDryRun } from '../plan/end-dry-run.js'
import { openSession, type Session } from '../session.js'
import { collect } from './collect.js'
import { findOpenOrder } from './find-open-order.js'
import { type Placed, place } from './place.js'
import { withOrder } from './with-order.js'
import { requireFree } from './write-asset.js'

export interface BuyOptions {
  out: string
  maxPrice?: string
  from: Source
  timeout: string
  again?: true
  direct?: true
}

export async function buyListing(io: Io, command: Command, id: string, options: BuyOptions): Promise<void> {
  const { maxPrice, from, timeout, direct } = options
  const out = resolve(io.cwd, options.out)
  requireFree(out)
  const listing = parseId('listing', id) as ListingId
  await using session = await openSession(io, command)
  const before = options.again === true ? undefined : await boughtBefore(io, session, listing, direct === true)
  if (before !== undefined) endDryRun(io, command, `Fetch what order ${before.orderId} brings; it is paid already`)
  const placed = before ?? (await place(io, session, { listing, kind: 'access', direct, maxPrice, from }))
  const { orderId, price } = placed
  const collected = await withOrder(io, { orderId, out: options.out }, () =>
    collect(io, session, { orderId, out, timeout }),
  )
  const lines = fields({ order: orderId, price, ...collected.shown })
  const { shown: _, ...result } = collected
  printResult(io, command, { ...placed, ...result, continued: before !== undefined }, lines)
}

/** An order for the same data that is paid already. */
async function boughtBefore(
  io: Io,
  session: Session,
  listing: ListingId,
  isDirect: boolean,
): Promise<Placed | undefined> {
  const order = await findOpenOrder(session, { listing, isDirect })
  if (order === undefined) return undefined
  const { orderId, status, deal } = order
  const money = await moneyOf(session.client, deal.asset)
  const state = status === 'placed' ? 'is paid and not collected yet' : 'was paid and collected'
  note(io, `Your order ${orderId} for this ${state}: goes on with it, nothing is paid. --again buys another.`)
  return { orderId, price: money.format(deal.price), amount: deal.price }
}
