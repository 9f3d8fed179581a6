import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ContentRangeError } from './content-errors.js'
import { inclusionProof, verifyInclusion } from './inclusion-proof.js'
import { leafHash, MerkleTree } from './merkle-tree.js'
import { nodeSha256 as sha256 } from './node.js'

function treeOf(treeSize: number) {
  const tree = new MerkleTree(sha256)
  const packed = new Uint8Array(treeSize * 32)
  for (let i = 0; i < treeSize; i++) {
    const leaf = leafHash(sha256, Uint8Array.of(i & 0xff, i >> 8))
    tree.append(leaf)
    packed.set(leaf, i * 32)
  }
  return { packed, root: tree.root(), leafAt: (i: number) => packed.subarray(i * 32, i * 32 + 32) }
}

describe('verifyInclusion', () => {
  it('refuses a proof whose leaf, place, size, root or hashes are not the right ones', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 200 }), fc.nat(), fc.nat(), (treeSize, seed, other) => {
        const { packed, root, leafAt } = treeOf(treeSize)
        const index = seed % treeSize
        const proof = inclusionProof(packed, index, sha256)
        const good = { leaf: leafAt(index), index, treeSize, proof, root, sha256 }
        expect(verifyInclusion(good)).toBe(true)

        const elsewhere = (index + 1 + (other % (treeSize - 1))) % treeSize
        const flipped = proof.map((hash) => hash.slice())
        flipped[other % flipped.length]![other % 32]! ^= 1
        expect(verifyInclusion({ ...good, index: elsewhere })).toBe(false)
        expect(verifyInclusion({ ...good, leaf: leafAt(elsewhere) })).toBe(false)
        expect(verifyInclusion({ ...good, proof: flipped })).toBe(false)
        expect(verifyInclusion({ ...good, proof: proof.slice(1) })).toBe(false)
        expect(verifyInclusion({ ...good, proof: proof.slice(0, -1) })).toBe(false)
        expect(verifyInclusion({ ...good, proof: [...proof, root] })).toBe(false)
        expect(verifyInclusion({ ...good, root: leafAt(0) })).toBe(false)
        expect(verifyInclusion({ ...good, index: treeSize })).toBe(false)
      }),
      { numRuns: 60 },
    )
  })

  it('takes malformed numbers and hashes for false', () => {
    const { packed, root, leafAt } = treeOf(3)
    const good = { leaf: leafAt(1), index: 1, treeSize: 3, proof: inclusionProof(packed, 1, sha256), root, sha256 }
    expect(verifyInclusion(good)).toBe(true)
    for (const index of [-1, 0.5, Number.NaN, 2 ** 60]) expect(verifyInclusion({ ...good, index })).toBe(false)
    for (const treeSize of [0, -1, Number.NaN]) expect(verifyInclusion({ ...good, treeSize })).toBe(false)
    expect(verifyInclusion({ ...good, root: root.subarray(1) })).toBe(false)
    expect(verifyInclusion({ ...good, proof: [good.proof[0]!, new Uint8Array()] })).toBe(false)
  })
})

describe('inclusionProof', () => {
  it('refuses a leaf that is not there', () => {
    const { packed } = treeOf(3)
    for (const index of [-1, 3, 0.5]) expect(() => inclusionProof(packed, index, sha256)).toThrow(ContentRangeError)
    expect(() => inclusionProof(new Uint8Array(), 0, sha256)).toThrow(ContentRangeError)
    expect(() => inclusionProof(new Uint8Array(33), 0, sha256)).toThrow(ContentRangeError)
  })
})
