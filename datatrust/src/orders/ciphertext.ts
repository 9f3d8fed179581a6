import { createHash } from 'node:crypto'
import { CELL_BYTES, cellCount } from '@gristmill/envelope'
import type { Hex } from '@gristmill/protocol'
import { keccak256 } from 'ethers'
import type { Context } from '../context.js'
import type { OrderRow } from '../db/schema.js'
import { findListing } from '../listings/listing.js'
import { storedAssetOf } from '../uploads/read-content.js'
import { type StoredUpload, uploadOfListing } from '../uploads/upload.js'
import { countPassed } from '../young-garbage.js'
import { storeCipherRoot } from './cipher-root.js'
import { deliveryKeyOfOrder } from './delivery-key-of-order.js'
import { openModelCells } from './model-cells.js'
import { findOrder } from './order.js'
import { OrderNotPaidError, OrderNotReadyError } from './order-errors.js'
import type { Representation } from './representation.js'

/** The encrypted cells of a fair delivery. An asset's are made while they are read: nothing of them is stored. */
export async function openCiphertext(ctx: Context, order: OrderRow): Promise<Representation> {
  if (order.kind === 'compute') return openModelCells(ctx, order)
  const key = await deliveryKeyOfOrder(ctx, order)
  const upload = await uploadOfListing(ctx, await findListing(ctx, order.listing))
  const etag = `"${createHash('sha256').update(keccak256(key)).update(upload.content_root).digest('hex').slice(0, 32)}"`
  return {
    sizeBytes: cipherBytesOf(upload),
    etag,
    read: (start, end) => encrypt(ctx, { order, upload, key, start, end }),
  }
}

/** Size of the encrypted cells of an asset. */
export const cipherBytesOf = ({ size_bytes }: Pick<StoredUpload, 'size_bytes'>): number =>
  cellCount(size_bytes) * CELL_BYTES

interface EncryptParams {
  order: OrderRow
  upload: StoredUpload
  key: Uint8Array
  start: number
  end: number
}

async function* encrypt(
  ctx: Context,
  { order, upload, key, start, end }: EncryptParams,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (start >= end) return
  const firstCell = Math.floor(start / CELL_BYTES)
  const endCell = Math.ceil(end / CELL_BYTES)
  const stored = await storedAssetOf(ctx, upload)
  const count = cellCount(upload.size_bytes)
  const batches = ctx.encryptor.encrypt({ ...stored, blindSecret: upload.secret, cellKey: key, firstCell, endCell })
  for await (const batch of batches) {
    if (order.cipher_root === null) {
      const root = ctx.cipherTrees.take(order.order_id, batch, count)
      // Before its last byte leaves: who has everything can acknowledge at once.
      if (root !== undefined) await storeCipherRoot(ctx, order.order_id, root)
    }
    const offset = batch.firstCell * CELL_BYTES
    yield batch.cells.subarray(Math.max(0, start - offset), Math.min(batch.cells.length, end - offset))
    countPassed(batch.cells.length)
  }
}

/**
 * The root over everything that was or would be streamed. Known from the stream; after a restart, or where a buyer fetched
 * the parts out of order, what is missing is encrypted once more, for nobody.
 */
export function cipherRootOf(ctx: Context, order: OrderRow): Promise<Hex> {
  return ctx.tasks.once(`cipher root ${order.order_id}`, async () => {
    const latest = await findOrder(ctx, order.order_id)
    if (latest === undefined) throw new OrderNotPaidError(order.order_id)
    if (latest.cipher_root !== null) return latest.cipher_root
    const { sizeBytes, read } = await openCiphertext(ctx, latest)
    for await (const _ of read(ctx.cipherTrees.sizeOf(order.order_id) * CELL_BYTES, sizeBytes))
      if (ctx.isClosing()) break
    const root = (await findOrder(ctx, order.order_id))?.cipher_root
    // Somebody else's stream took the last cells away, or we are closing.
    if (root == null) throw new OrderNotReadyError(order.order_id, 'being hashed')
    return root
  })
}
