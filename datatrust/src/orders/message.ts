import { createHash } from 'node:crypto'
import type { Context } from '../context.js'
import type { OrderRow } from '../db/schema.js'
import { findListing } from '../listings/listing.js'
import { uploadOfListing } from '../uploads/upload.js'
import { NotDirectError, OrderNotReadyError } from './order-errors.js'
import type { Representation } from './representation.js'

/** Opens the message of an order: new key packets before the stored data, or a blob of its own. */
export async function openMessageOf(ctx: Context, order: OrderRow): Promise<Representation> {
  if (order.ack_key !== null) throw new NotDirectError(order.order_id)
  const { message_key, message_header, message_bytes: sizeBytes } = order
  if (sizeBytes === null) throw new OrderNotReadyError(order.order_id, order.state)
  const header = message_header ?? new Uint8Array()
  // A message of its own may be a model; one that was the asset once more went with it.
  const blobKey = message_key ?? (await uploadOfListing(ctx, await findListing(ctx, order.listing))).blob_key
  const etag = `"${createHash('sha256').update(header).update(blobKey).digest('hex').slice(0, 32)}"`
  return { sizeBytes, etag, read: (start, end) => readParts(ctx, header, blobKey, start, end) }
}

async function* readParts(
  { blobs }: Context,
  header: Uint8Array,
  blobKey: string,
  start: number,
  end: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (start < header.length) yield header.subarray(start, end)
  if (end <= header.length) return
  yield* await blobs.open(blobKey, { start: Math.max(0, start - header.length), end: end - header.length })
}
