import type { Hex } from '@gristmill/protocol'
import type { ByteSource } from './byte-stream.js'
import { cellCount } from './cell.js'
import { cipherCells } from './cell-cipher.js'
import { records, splitCells } from './cell-stream.js'
import type { ChaCha20 } from './chacha20.js'
import { ContentRangeError } from './content-errors.js'
import { toHex } from './hex.js'
import { InclusionProver } from './inclusion-prover.js'
import { HASH_BYTES, leafHash } from './merkle-tree.js'
import { nobleSha256 } from './noble-sha256.js'
import type { Sha256 } from './sha256.js'

/** A delivery as it was received. The two sources are read once each, side by side. */
export interface DeliveredCells {
  /** The encrypted cells. */
  ciphertext: ByteSource
  /** The leaf hashes of the plain cells, packed (32 bytes each): those that hash to `contentRoot`. */
  leaves: ByteSource
  /** Of the asset, without blinds and padding. */
  sizeBytes: number
  sha256?: Sha256
}

/** What `findWrongCell` takes. */
export interface FindWrongCellParams extends DeliveredCells {
  /** As it was revealed, 32 bytes. */
  key: Uint8Array
  chacha20: ChaCha20
}

/** One cell of a delivery and what it should have been: the `Evidence` that `Orders.complain` takes. */
export interface Evidence {
  cell: bigint
  cipherCell: Hex
  cipherProof: Hex[]
  plainLeaf: Hex
  plainProof: Hex[]
}

/**
 * The first cell that decrypts to something else than its leaf; undefined if the delivery is right.
 * Throws `ContentRangeError` if no cell is wrong and the sources have more or fewer than `sizeBytes` makes.
 */
export async function findWrongCell(params: FindWrongCellParams): Promise<number | undefined> {
  const { key, chacha20, sha256 = nobleSha256 } = params
  for await (const { cell, cipherCell, leaf } of pairs(params)) {
    const plain = cipherCells({ key, firstCell: cell, cells: cipherCell, chacha20 })
    if (!isEqual(leafHash(sha256, plain), leaf)) return cell
  }
  return undefined
}

/**
 * Evidence about one cell, for a complaint if it is wrong. Holds a hash for every level of the two trees.
 * Throws `ContentRangeError` if there is no such cell, or the sources have more or fewer than `sizeBytes` makes.
 */
export async function evidenceOf(cell: number, delivered: DeliveredCells): Promise<Evidence> {
  const { sizeBytes, sha256 = nobleSha256 } = delivered
  const params = { index: cell, treeSize: cellCount(sizeBytes), sha256 }
  const cipherTree = new InclusionProver(params)
  const plainTree = new InclusionProver(params)
  let found: Hex = '0x'
  for await (const pair of pairs(delivered)) {
    if (pair.cell === cell) found = toHex(pair.cipherCell)
    cipherTree.append(leafHash(sha256, pair.cipherCell))
    plainTree.append(pair.leaf)
  }
  const plain = plainTree.finish()
  return {
    cell: BigInt(cell),
    cipherCell: found,
    cipherProof: cipherTree.finish().proof.map(toHex),
    plainLeaf: toHex(plain.leaf),
    plainProof: plain.proof.map(toHex),
  }
}

interface Pair {
  cell: number
  cipherCell: Uint8Array
  leaf: Uint8Array
}

/** Every cell with its leaf, as many as there must be; whoever stops early closes both sources. */
async function* pairs({ ciphertext, leaves, sizeBytes }: DeliveredCells): AsyncGenerator<Pair, void, undefined> {
  const count = cellCount(sizeBytes)
  const hashes = records(leaves, HASH_BYTES, 'last leaf length')
  try {
    let cell = 0
    for await (const cipherCell of splitCells(ciphertext)) {
      if (cell === count) throw new ContentRangeError('number of cells', cell + 1, `${count}`)
      const next = await hashes.next()
      if (next.done === true) throw new ContentRangeError('number of leaves', cell, `${count}`)
      yield { cell, cipherCell, leaf: next.value }
      cell += 1
    }
    if (cell !== count) throw new ContentRangeError('number of cells', cell, `${count}`)
    if ((await hashes.next()).done !== true) throw new ContentRangeError('number of leaves', count + 1, `${count}`)
  } finally {
    await hashes.return()
  }
}

function isEqual(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, i) => byte === other[i])
}
