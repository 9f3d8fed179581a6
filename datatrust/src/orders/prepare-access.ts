import { randomUUID } from 'node:crypto'
import { KeyError, messageOf, type Recipient, rewrap, sealMessage } from '@gristmill/envelope'
import { isProtocolError } from '@gristmill/protocol'
import { requireUnpromised } from '../attestations/one-promise.js'
import type { Context } from '../context.js'
import type { OrderRow } from '../db/schema.js'
import { findListing } from '../listings/listing.js'
import { readContent } from '../uploads/read-content.js'
import { sealedBytesMax } from '../uploads/store-content.js'
import { storeLeaves } from '../uploads/store-leaves.js'
import { type StoredUpload, uploadOfListing } from '../uploads/upload.js'
import { cipherBytesOf } from './ciphertext.js'
import { closeOrder, moveOrder, quoteOf, recipientOf } from './order.js'

/** Gets an access order ready for collection: its message, or what its fair exchange needs. */
export async function prepareAccess(ctx: Context, order: OrderRow): Promise<void> {
  const upload = await uploadOfListing(ctx, await findListing(ctx, order.listing))
  try {
    await requireUnpromised(ctx, order.listing, upload)
  } catch (error) {
    if (!isProtocolError(error, 'PRIVACY_CONFLICT')) throw error
    await closeOrder(ctx, order, 'another listing of its maker promises the same rows an epsilon')
    return
  }
  if (order.ack_key === null) return prepareMessage(ctx, order, upload)
  await storeLeaves(ctx, upload)
  await moveOrder(ctx, order.order_id, 'running', { state: 'ready', message_bytes: cipherBytesOf(upload) })
  ctx.log.info({ orderId: order.order_id }, 'ciphertext ready')
}

/**
 * Gets the message of an access order ready for collection. A key of ours needs new key packets only; an older one gets
 * the data encrypted again, once, so that the message can be collected any number of times.
 */
async function prepareMessage(ctx: Context, order: OrderRow, upload: StoredUpload): Promise<void> {
  const quote = await quoteOf(ctx, order)
  try {
    const recipient = await recipientOf(quote)
    const message =
      recipient.sealing === 'seipd-v2' ? await rewrapped(ctx, upload, recipient) : await recoded(ctx, upload, recipient)
    const moved = await moveOrder(ctx, order.order_id, 'running', { ...message, state: 'ready' })
    if (!moved && message.message_key !== null) await ctx.blobs.delete(message.message_key)
    ctx.log.info({ orderId: order.order_id, sealing: recipient.sealing }, 'message ready')
  } catch (error) {
    if (!(error instanceof KeyError)) throw error
    await closeOrder(ctx, order, 'the key it is for can no longer be used')
  }
}

type Message = Pick<OrderRow, 'message_key' | 'message_header' | 'message_bytes'>

async function rewrapped(ctx: Context, upload: StoredUpload, recipient: Recipient): Promise<Message> {
  const { decryptionKey } = ctx.secrets.openpgp
  const header = await rewrap(upload.key_packets, { decryptionKey, recipient })
  const { sizeBytes } = await ctx.blobs.stat(upload.blob_key)
  return { message_key: null, message_header: header, message_bytes: header.length + sizeBytes }
}

async function recoded(ctx: Context, upload: StoredUpload, recipient: Recipient): Promise<Message> {
  const maxBytes = sealedBytesMax(upload.size_bytes)
  ctx.disk.requireRoom(maxBytes)
  const sealed = await sealMessage(readContent(ctx, upload), { recipient })
  const message_key = `messages/${randomUUID()}`
  const { sizeBytes } = await ctx.blobs.put(message_key, messageOf(sealed), { maxBytes })
  return { message_key, message_header: null, message_bytes: sizeBytes }
}
