import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import subtrees from '../fixtures/merkle-subtrees.json' with { type: 'json' }
import vectors from '../fixtures/rfc6962-tree.json' with { type: 'json' }
import { inclusionProof, verifyInclusion } from './inclusion-proof.js'
import { leafHash, MerkleTree } from './merkle-tree.js'
import { nobleSha256 } from './noble-sha256.js'
import { nodeSha256 } from './node.js'
import type { Sha256 } from './sha256.js'

const adapters: [string, Sha256][] = [
  ['node', nodeSha256],
  ['noble', nobleSha256],
]
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'hex'))

function rootOf(leaves: Uint8Array[], sha256: Sha256): Uint8Array {
  const tree = new MerkleTree(sha256)
  for (const leaf of leaves) tree.append(leaf)
  return tree.root()
}

/** The recursive definition of RFC 9162, 2.1.1, over raw leaf inputs. */
function referenceRoot(inputs: Buffer[]): Buffer {
  const sha = (...parts: Buffer[]) => createHash('sha256').update(Buffer.concat(parts)).digest()
  if (inputs.length === 0) return sha()
  if (inputs.length === 1) return sha(Buffer.of(0), inputs[0]!)
  const k = 2 ** Math.floor(Math.log2(inputs.length - 1))
  return sha(Buffer.of(1), referenceRoot(inputs.slice(0, k)), referenceRoot(inputs.slice(k)))
}

describe.each(adapters)('the tree over %s SHA-256', (_, sha256) => {
  const leaves = vectors.leaves.map((leaf) => leafHash(sha256, bytes(leaf)))

  it('has the published roots', () => {
    for (const [size, root] of vectors.roots.entries()) expect(hex(rootOf(leaves.slice(0, size), sha256))).toBe(root)
  })

  it('has the published inclusion proofs', () => {
    for (const { index, treeSize, proof } of vectors.proofs) {
      const packed = new Uint8Array(Buffer.concat(leaves.slice(0, treeSize)))
      expect(inclusionProof(packed, index, sha256).map(hex)).toEqual(proof)
    }
  })

  it('equals the recursive definition at every size from 1 to 70, and proves every leaf', () => {
    for (let size = 1; size <= 70; size++) {
      const inputs = Array.from({ length: size }, (_, i) => Buffer.from(`leaf ${i} of ${size}`))
      const hashes = inputs.map((input) => leafHash(sha256, input))
      const root = rootOf(hashes, sha256)
      expect(hex(root)).toBe(hex(referenceRoot(inputs)))
      const packed = new Uint8Array(Buffer.concat(hashes))
      for (let index = 0; index < size; index++) {
        const proof = inclusionProof(packed, index, sha256)
        expect(verifyInclusion({ leaf: hashes[index]!, index, treeSize: size, proof, root, sha256 })).toBe(true)
      }
    }
  })
})

describe('the accumulated vectors of the Merkle tree certificates draft', () => {
  const leaves = Array.from({ length: subtrees.maxSize }, (_, i) => leafHash(nodeSha256, Uint8Array.of(i)))

  function* alignedRanges(): Generator<[number, number]> {
    for (let end = 1; end <= subtrees.maxSize; end++) {
      for (let start = 0; start < end; start++) {
        if (start % 2 ** Math.ceil(Math.log2(end - start)) === 0) yield [start, end]
      }
    }
  }

  it('are met by the roots of all ranges', () => {
    const total = createHash('sha256')
    for (const [start, end] of alignedRanges()) {
      total.update(`[${start}, ${end}) ${hex(rootOf(leaves.slice(start, end), nodeSha256))}\n`)
    }
    expect(total.digest('hex')).toBe(subtrees.hashes)
  })

  it('are met by the inclusion proofs of all leaves in all ranges', () => {
    const total = createHash('sha256')
    for (const [start, end] of alignedRanges()) {
      const packed = new Uint8Array(Buffer.concat(leaves.slice(start, end)))
      for (let index = start; index < end; index++) {
        const proof = inclusionProof(packed, index - start, nodeSha256)
        total.update(`${[`${index} [${start}, ${end})`, ...proof.map(hex)].join(' ')}\n`)
      }
    }
    expect(total.digest('hex')).toBe(subtrees.inclusionProofs)
  })
})
