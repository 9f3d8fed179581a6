import { randomUUID } from 'node:crypto'
import { CELL_BYTES, cellBatches, cellCount, cipherCells, HASH_BYTES, MerkleTree } from '@gristmill/envelope'
import { nodeChaCha20, nodeSha256 } from '@gristmill/envelope/node'
import type { Hex, OrderId } from '@gristmill/protocol'
import type { Context } from '../context.js'
import type { OrderRow } from '../db/schema.js'
import { modelBlindsOf } from '../quotes/delivery-key.js'
import { appendCells } from '../uploads/append-cells.js'
import { deliveryKeyOfOrder } from './delivery-key-of-order.js'
import { quoteOf } from './order.js'
import { NotFairError, OrderClosedError } from './order-errors.js'
import type { Representation } from './representation.js'

/** A model on its way to its sponsor, as columns of its order, and the root that its receipt names. */
export interface StoredModel {
  columns: Pick<OrderRow, 'message_key' | 'message_bytes' | 'cipher_root'>
  releasedRoot: Hex
}

/**
 * Stores what a model's fair exchange sends, in one blob: the encrypted cells, then the leaf hashes of the plain ones. It
 * lies there encrypted with the key of its delivery and nothing else, so a rotation has no need to touch it.
 */
export async function storeModel(ctx: Context, order: OrderRow, model: Uint8Array): Promise<StoredModel> {
  const key = await deliveryKeyOfOrder(ctx, order)
  const { quote_id } = await quoteOf(ctx, order)
  if (quote_id === null) throw new NotFairError(order.order_id)
  const [plain, encrypted] = [new MerkleTree(nodeSha256), new MerkleTree(nodeSha256)]
  const message_bytes = cellCount(model.length) * CELL_BYTES
  const blindSecret = modelBlindsOf(ctx.secrets, quote_id)
  async function* parts(): AsyncGenerator<Uint8Array, void, undefined> {
    const leaves: Uint8Array[] = []
    for await (const cells of cellBatches(once(model), { blindSecret })) {
      const sent = cipherCells({ key, firstCell: encrypted.size, cells, chacha20: nodeChaCha20 })
      leaves.push(appendCells(plain, cells))
      appendCells(encrypted, sent)
      yield sent
    }
    yield* leaves
  }
  const message_key = `messages/${randomUUID()}`
  const maxBytes = message_bytes + cellCount(model.length) * HASH_BYTES
  ctx.disk.requireRoom(maxBytes)
  await ctx.blobs.put(message_key, parts(), { maxBytes })
  return { columns: { message_key, message_bytes, cipher_root: rootOf(encrypted) }, releasedRoot: rootOf(plain) }
}

/** The encrypted cells of a model, as they were stored. */
export function openModelCells(ctx: Context, order: OrderRow): Representation {
  const { blobKey, cellsBytes } = storedOf(order)
  return part(ctx, blobKey, { from: 0, sizeBytes: cellsBytes, etag: `"${order.cipher_root?.slice(2, 34)}"` })
}

/** The leaf hashes of a model's plain cells, packed. */
export function openModelLeaves(ctx: Context, order: OrderRow): Representation {
  const { blobKey, cellsBytes } = storedOf(order)
  const sizeBytes = (cellsBytes / CELL_BYTES) * HASH_BYTES
  return part(ctx, blobKey, { from: cellsBytes, sizeBytes, etag: `"${order.cipher_root?.slice(34)}"` })
}

function storedOf({ order_id, message_key, message_bytes }: OrderRow): { blobKey: string; cellsBytes: number } {
  if (message_key === null || message_bytes === null) throw released(order_id)
  return { blobKey: message_key, cellsBytes: message_bytes }
}

const released = (orderId: OrderId) => new OrderClosedError(orderId, 'its run released nothing')

function part(
  { blobs }: Context,
  blobKey: string,
  { from, sizeBytes, etag }: { from: number; sizeBytes: number; etag: string },
): Representation {
  return {
    sizeBytes,
    etag,
    read: async function* (start, end): AsyncGenerator<Uint8Array, void, undefined> {
      if (start < end) yield* await blobs.open(blobKey, { start: from + start, end: from + end })
    },
  }
}

const rootOf = (tree: MerkleTree): Hex => `0x${Buffer.from(tree.root()).toString('hex')}`

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes
}
