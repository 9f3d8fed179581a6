import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { loadFixture } from '../support/chain.ts'
import { deployHarness } from './harness.ts'
import { hex, leafOf, proofLength, proofOf, rootFrom, rootOf } from './reference.ts'

interface Claim {
  proof: Buffer[]
  leaf: Buffer
  index: bigint
  size: bigint
  root: Buffer
}

const DEEP = Boolean(process.env.GRISTMILL_DEEP)
/** Up to this size every lie about every leaf is told; above it one about each, another for the next leaf. */
const THOROUGH = DEEP ? 33 : 9
const LARGEST = DEEP ? 130 : 65
const BATCH = 200

async function verifyEach(claims: readonly Claim[]): Promise<boolean[]> {
  const { fair } = await loadFixture(deployHarness)
  const wire = claims.map(({ proof, leaf, index, size, root }) => {
    return { proof: proof.map(hex), leaf: hex(leaf), index, size, root: hex(root) }
  })
  const verdicts: boolean[] = []
  for (let i = 0; i < wire.length; i += BATCH) {
    verdicts.push(...(await fair.getFunction('verifyEach')(wire.slice(i, i + BATCH))))
  }
  return verdicts
}

function flipped(hash: Buffer): Buffer {
  const copy = Buffer.from(hash)
  copy[Math.floor(Math.random() * copy.length)]! ^= 1 << Math.floor(Math.random() * 8)
  return copy
}

/** One of the claims, another for every `turn`. */
const oneOf = (claims: readonly Claim[], turn: number): Claim => claims[turn % claims.length]!

/** Claims that say something else than `claim`, which is true. */
function lies(claim: Claim): Claim[] {
  const { proof, leaf, index, size, root } = claim
  const swapped = proof.length > 1 ? [{ ...claim, proof: [proof[1]!, proof[0]!, ...proof.slice(2)] }] : []
  const shortened = proof.length > 0 ? [proof.slice(1), proof.slice(0, -1)] : []
  const others = size > 1n ? [(index + 1n) % size, (index + size - 1n) % size, index ^ 1n] : []
  return [
    ...others.filter((other) => other !== index).map((other) => ({ ...claim, index: other })),
    { ...claim, index: size },
    { ...claim, index: BigInt.asUintN(64, size + index) },
    { ...claim, index: 2n ** 64n - 1n },
    { ...claim, size: 0n },
    { ...claim, leaf: flipped(leaf) },
    { ...claim, root: flipped(root) },
    ...proof.map((_, i) => ({ ...claim, proof: proof.with(i, flipped(proof[i]!)) })),
    ...[...shortened, [...proof, root], [root, ...proof], [...proof, Buffer.alloc(32)]].map((other) => {
      return { ...claim, proof: other }
    }),
    ...swapped,
  ]
}

describe('TreeProof', { timeout: 600_000 }, () => {
  it('hashes leaves with a zero before them, whatever their length', async () => {
    const { fair } = await loadFixture(deployHarness)
    for (const length of [0, 1, 31, 32, 33, 4095, 4096]) {
      const bytes = randomBytes(length)
      expect(await fair.getFunction('leafHash')(hex(bytes))).toBe(hex(leafOf(bytes)))
    }
  })

  it('accepts the inclusion proofs published for RFC 6962, and none of them at another place', async () => {
    const file = new URL('../../../packages/envelope/fixtures/rfc6962-tree.json', import.meta.url)
    const vectors = JSON.parse(readFileSync(file, 'utf8')) as {
      leaves: string[]
      roots: string[]
      proofs: { index: number; treeSize: number; proof: string[] }[]
    }
    const claims = vectors.proofs.map(({ index, treeSize, proof }) => ({
      proof: proof.map((hash) => Buffer.from(hash, 'hex')),
      leaf: leafOf(Buffer.from(vectors.leaves[index]!, 'hex')),
      index: BigInt(index),
      size: BigInt(treeSize),
      root: Buffer.from(vectors.roots[treeSize]!, 'hex'),
    }))
    expect(claims.length).toBeGreaterThan(3)
    expect(await verifyEach(claims)).toEqual(claims.map(() => true))
    const false_ = claims.flatMap(lies)
    expect(await verifyEach(false_)).toEqual(false_.map(() => false))
  })

  it(`accepts every leaf of every tree of 1 to ${LARGEST}, and nothing that differs from it`, async () => {
    for (let size = 1; size <= LARGEST; size++) {
      const leaves = Array.from({ length: size }, () => randomBytes(32))
      const root = rootOf(leaves)
      const claims = leaves.map((leaf, index) => {
        return { proof: proofOf(index, leaves), leaf, index: BigInt(index), size: BigInt(size), root }
      })
      const others = claims.flatMap((claim, i) => (size <= THOROUGH ? lies(claim) : oneOf(lies(claim), size + i)))
      const verdicts = await verifyEach([...claims, ...others])
      expect(verdicts.slice(0, size)).toEqual(claims.map(() => true))
      expect(verdicts.slice(size)).toEqual(others.map(() => false))
    }
  })

  it('accepts a proof for one size of tree only, unless the path to the leaf is the same', async () => {
    const wrong: Claim[] = []
    for (const size of DEEP ? [1n, 2n, 3n, 5n, 8n, 13n, 33n, 40n] : [1n, 3n, 8n, 13n]) {
      for (let index = 0n; index < size; index++) {
        const proof = Array.from({ length: proofLength(index, size) }, () => randomBytes(32))
        const leaf = randomBytes(32)
        const root = rootFrom(leaf, index, size, proof)
        for (let other = index + 1n; other <= 2n * size + 2n; other++) {
          const isSame = proofLength(index, other) === proof.length && rootFrom(leaf, index, other, proof).equals(root)
          if (!isSame) wrong.push({ proof, leaf, index, size: other, root })
        }
      }
    }
    expect(wrong.length).toBeGreaterThan(100)
    expect(await verifyEach(wrong)).toEqual(wrong.map(() => false))
  })

  it('accepts a proof in trees as large as there can be', async () => {
    const sizes = [2n ** 26n + 1n, 2n ** 28n, 270_549_121n, 2n ** 52n + 12_345n, 2n ** 63n + 1n, 2n ** 64n - 1n]
    for (const size of sizes) {
      const claims = [0n, 1n, size / 3n, size / 2n, size - 2n, size - 1n].map((index) => {
        const leaf = randomBytes(32)
        const proof = Array.from({ length: proofLength(index, size) }, () => randomBytes(32))
        return { proof, leaf, index, size, root: rootFrom(leaf, index, size, proof) }
      })
      expect(await verifyEach(claims)).toEqual(claims.map(() => true))
      const others = claims.flatMap((claim, i) => (DEEP ? lies(claim) : oneOf(lies(claim), i)))
      expect(await verifyEach(others)).toEqual(others.map(() => false))
    }
  })
})
