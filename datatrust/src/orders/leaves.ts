import { createHash } from 'node:crypto'
import type { Context } from '../context.js'
import type { OrderRow } from '../db/schema.js'
import { findListing } from '../listings/listing.js'
import { uploadOfListing } from '../uploads/upload.js'
import { openModelLeaves } from './model-cells.js'
import { NotFairError, OrderNotReadyError } from './order-errors.js'
import type { Representation } from './representation.js'

/** The leaf hashes of the plain cells, packed: what a buyer of a fair delivery compares with the content root. */
export async function openLeaves(ctx: Context, order: OrderRow): Promise<Representation> {
  if (order.ack_key === null) throw new NotFairError(order.order_id)
  if (order.kind === 'compute') return openModelLeaves(ctx, order)
  const upload = await uploadOfListing(ctx, await findListing(ctx, order.listing))
  const key = upload.leaves_key
  if (key === null) throw new OrderNotReadyError(order.order_id, order.state)
  const { sizeBytes } = await ctx.blobs.stat(key)
  const etag = `"${createHash('sha256').update('leaves').update(upload.content_root).digest('hex').slice(0, 32)}"`
  const read = async function* (start: number, end: number): AsyncGenerator<Uint8Array, void, undefined> {
    if (start < end) yield* await ctx.blobs.open(key, { start, end })
  }
  return { sizeBytes, etag, read }
}
