import { ContentRangeError } from './content-errors.js'
import { HASH_BYTES, MerkleTree, nodeHash } from './merkle-tree.js'
import { nobleSha256 } from './noble-sha256.js'
import type { Sha256 } from './sha256.js'
import { siblingRanges } from './sibling-ranges.js'

/**
 * RFC 9162 inclusion proof of leaf `index`: the sibling hashes from the leaf up.
 * `leaves` are the hashes of all leaves in order, packed (32 bytes each).
 */
export function inclusionProof(leaves: Uint8Array, index: number, sha256: Sha256 = nobleSha256): Uint8Array[] {
  if (leaves.length === 0 || leaves.length % HASH_BYTES !== 0) {
    throw new ContentRangeError('leaves length', leaves.length, `a positive multiple of ${HASH_BYTES} bytes`)
  }
  const ranges = siblingRanges(index, leaves.length / HASH_BYTES)
  return ranges.map(({ start, end }) => rangeRoot(leaves, start, end, sha256))
}

/** What `verifyInclusion` takes. */
export interface VerifyInclusionParams {
  /** Hash of the leaf, 32 bytes. */
  leaf: Uint8Array
  index: number
  /** Number of leaves of the tree. */
  treeSize: number
  proof: readonly Uint8Array[]
  root: Uint8Array
  sha256?: Sha256
}

/** True if `proof` shows that `leaf` is leaf `index` of the tree with `root`. Any malformed input is false. */
export function verifyInclusion(params: VerifyInclusionParams): boolean {
  const { leaf, index, treeSize, proof, root, sha256 = nobleSha256 } = params
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(treeSize)) return false
  if (index < 0 || index >= treeSize) return false
  if (![leaf, root, ...proof].every((hash) => hash.length === HASH_BYTES)) return false
  let node = leaf
  let position = index
  let last = treeSize - 1
  for (const sibling of proof) {
    if (last === 0) return false
    if (position % 2 === 1 || position === last) {
      node = nodeHash(sha256, sibling, node)
      // At the right edge, levels where the node has no sibling carry it up unhashed.
      while (position % 2 === 0 && position !== 0) {
        position /= 2
        last = Math.floor(last / 2)
      }
    } else {
      node = nodeHash(sha256, node, sibling)
    }
    position = Math.floor(position / 2)
    last = Math.floor(last / 2)
  }
  return last === 0 && node.every((byte, i) => byte === root[i])
}

function rangeRoot(leaves: Uint8Array, start: number, end: number, sha256: Sha256): Uint8Array {
  const tree = new MerkleTree(sha256)
  for (let i = start; i < end; i++) tree.append(leaves.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES))
  return tree.root()
}
