import { HASH_BYTES, MerkleTree } from '@gristmill/envelope'
import { type EncryptedCells, nodeSha256 } from '@gristmill/envelope/node'
import type { Hex, OrderId } from '@gristmill/protocol'
import type { Context } from '../context.js'

/** Deliveries whose roots are being computed at the same time; the one that was looked at longest ago begins anew. */
const TREES_MAX = 1_000

/**
 * The trees over the encrypted cells that passed by so far. Cells of any stream count, whoever reads it: a download in
 * several parts needs no pass of its own. Lost with the process.
 */
export class CipherTrees {
  readonly #trees = new Map<OrderId, MerkleTree>()

  /** Cells of an order's tree that are hashed already. */
  sizeOf(orderId: OrderId): number {
    return this.#trees.get(orderId)?.size ?? 0
  }

  /** Takes cells as far as they are the next ones; the root, if they were the last of `count`. */
  take(orderId: OrderId, { firstCell, leaves, root }: EncryptedCells, count: number): Hex | undefined {
    const tree = this.#trees.get(orderId) ?? new MerkleTree(nodeSha256)
    const cells = leaves.length / HASH_BYTES
    const skip = tree.size - firstCell
    if (skip < 0 || skip >= cells) return undefined
    if (skip === 0 && root !== undefined) tree.appendSubtree(root, cells)
    else for (let i = skip; i < cells; i++) tree.append(leaves.slice(i * HASH_BYTES, (i + 1) * HASH_BYTES))
    this.#trees.delete(orderId)
    if (tree.size === count) return `0x${Buffer.from(tree.root()).toString('hex')}`
    this.#trees.set(orderId, tree)
    const [oldest] = this.#trees.keys()
    if (this.#trees.size > TREES_MAX && oldest !== undefined) this.#trees.delete(oldest)
    return undefined
  }
}

/** Keeps the root of a delivery; it never changes. */
export async function storeCipherRoot({ db }: Pick<Context, 'db'>, orderId: OrderId, cipherRoot: Hex): Promise<void> {
  await db.updateTable('orders').set({ cipher_root: cipherRoot }).where('order_id', '=', orderId).execute()
}
