import { CELL_BYTES, HASH_BYTES, leafHash, type MerkleTree } from '@gristmill/envelope'
import { nodeSha256 } from '@gristmill/envelope/node'

/** Appends whole cells to a tree; their leaf hashes, packed. */
export function appendCells(tree: MerkleTree, cells: Uint8Array): Uint8Array {
  const leaves = new Uint8Array((cells.length / CELL_BYTES) * HASH_BYTES)
  for (let cell = 0; cell * CELL_BYTES < cells.length; cell += 1) {
    const leaf = leafHash(nodeSha256, cells.subarray(cell * CELL_BYTES, (cell + 1) * CELL_BYTES))
    tree.append(leaf)
    leaves.set(leaf, cell * HASH_BYTES)
  }
  return leaves
}
