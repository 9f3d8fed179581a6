import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ByteSource } from './byte-stream.js'
import { CELL_BYTES, CELL_CONTENT_BYTES, cellCount } from './cell.js'
import { cipherCells, SEGMENT_CELLS } from './cell-cipher.js'
import { cellsOf, cellsRoot, leafHashes, splitCells } from './cell-stream.js'
import { ContentRangeError } from './content-errors.js'
import { ContentHasher } from './content-hasher.js'
import { evidenceOf, findWrongCell } from './evidence.js'
import { toHex } from './hex.js'
import { inclusionProof, verifyInclusion } from './inclusion-proof.js'
import { InclusionProver } from './inclusion-prover.js'
import { leafHash, MerkleTree } from './merkle-tree.js'
import { nodeChaCha20 as chacha20, nodeSha256 as sha256 } from './node.js'

const bytesOf = (hex: string) => new Uint8Array(Buffer.from(hex.slice(2), 'hex'))

/** `bytes` in chunks of `chunkBytes`, some of them empty. */
async function* chunked(bytes: Uint8Array, chunkBytes = 5000): ByteSource & AsyncGenerator<Uint8Array> {
  for (let offset = 0; offset < bytes.length; offset += chunkBytes) {
    yield bytes.slice(offset, offset + chunkBytes)
    yield new Uint8Array()
  }
}

async function joined(source: ByteSource): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of source) chunks.push(chunk)
  return new Uint8Array(Buffer.concat(chunks))
}

/** A delivery of `sizeBytes` random bytes. */
async function deliver(sizeBytes: number) {
  const [blindSecret, key, content] = [randomBytes(32), randomBytes(32), randomBytes(sizeBytes)]
  const plain = await joined(cellsOf(chunked(content), { blindSecret }))
  const ciphertext = cipherCells({ key, firstCell: 0, cells: plain, chacha20 })
  const leaves = await joined(leafHashes(chunked(plain), sha256))
  return { blindSecret, key, content, plain, ciphertext, leaves, sizeBytes }
}

describe('cells of content', () => {
  it('are those that the content root is made of', async () => {
    for (const sizeBytes of [1, 4064, 4065, 50_000]) {
      const { content, plain, blindSecret, leaves } = await deliver(sizeBytes)
      const own: Uint8Array[] = []
      const hasher = await ContentHasher.create({ blindSecret, sha256, onLeaf: (leaf) => own.push(leaf) })
      await hasher.update(content)
      const { contentRoot } = await hasher.digest()
      expect(plain.length).toBe(cellCount(sizeBytes) * CELL_BYTES)
      expect(toHex(await cellsRoot(chunked(plain, 77), sha256))).toBe(contentRoot)
      expect(toHex(leaves)).toBe(toHex(Buffer.concat(own)))
    }
  })

  it('are the same from any cell on, however the content arrives', async () => {
    const { content, plain, blindSecret } = await deliver(20 * CELL_CONTENT_BYTES + 5)
    for (const firstCell of [0, 1, 19, 20]) {
      for (const chunkBytes of [1, 4063, 4064, 4065, 100_000]) {
        const rest = chunked(content.subarray(firstCell * CELL_CONTENT_BYTES), chunkBytes)
        expect(await joined(cellsOf(rest, { blindSecret, firstCell }))).toEqual(plain.subarray(firstCell * CELL_BYTES))
      }
    }
  })

  it('ask for no more of a source than the next 256 need', async () => {
    let asked = 0
    const endless = async function* () {
      for (;;) {
        asked += 1
        yield new Uint8Array(1024)
      }
    }
    const cells = cellsOf(endless(), { blindSecret: randomBytes(32) })
    for (let i = 1; i <= 1000; i++) {
      await cells.next()
      expect(asked).toBe(Math.ceil((Math.ceil(i / 256) * 256 * CELL_CONTENT_BYTES) / 1024))
    }
    await cells.return()
  })

  it('are refused when the last one is torn', async () => {
    await expect(joined(splitCells(chunked(new Uint8Array(CELL_BYTES + 1))))).rejects.toBeInstanceOf(ContentRangeError)
    expect(await cellsRoot(chunked(new Uint8Array()), sha256)).toEqual(sha256.hash(new Uint8Array()))
  })
})

describe('cipherCells', () => {
  it('is seekable and its own inverse', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.nat(1000), fc.integer({ min: SEGMENT_CELLS - 5, max: SEGMENT_CELLS + 5 }), fc.maxSafeNat()),
        fc.integer({ min: 1, max: 8 }),
        (place, count) => {
          const [key, cells] = [randomBytes(32), randomBytes(count * CELL_BYTES)]
          const firstCell = place % (2 ** 52 - 10)
          const whole = cipherCells({ key, firstCell, cells, chacha20 })
          for (let i = 0; i < count; i++) {
            const cell = cells.subarray(i * CELL_BYTES, (i + 1) * CELL_BYTES)
            const one = cipherCells({ key, firstCell: firstCell + i, cells: cell, chacha20 })
            expect(toHex(one)).toBe(toHex(whole.subarray(i * CELL_BYTES, (i + 1) * CELL_BYTES)))
          }
          expect(toHex(cipherCells({ key, firstCell, cells: whole, chacha20 }))).toBe(toHex(cells))
        },
      ),
      { numRuns: 40 },
    )
  })

  it('starts each segment anew, under a nonce of its own', () => {
    const [key, cells] = [randomBytes(32), new Uint8Array(CELL_BYTES)]
    const streamAt = (firstCell: number) => toHex(cipherCells({ key, firstCell, cells, chacha20 }))
    const expected = (counter: number, nonce: string) =>
      toHex(chacha20({ key, counter, nonce: Buffer.from(nonce, 'hex'), data: cells }))
    expect(streamAt(0)).toBe(expected(0, '000000000000000000000000'))
    expect(streamAt(3)).toBe(expected(192, '000000000000000000000000'))
    expect(streamAt(SEGMENT_CELLS - 1)).toBe(expected(2 ** 32 - 64, '000000000000000000000000'))
    expect(streamAt(SEGMENT_CELLS)).toBe(expected(0, '010000000000000000000000'))
    expect(streamAt(SEGMENT_CELLS * 258 + 1)).toBe(expected(64, '020100000000000000000000'))
  })

  it('refuses a key, a place or a length that cannot be', () => {
    const good = { key: randomBytes(32), firstCell: 0, cells: new Uint8Array(CELL_BYTES), chacha20 }
    expect(() => cipherCells({ ...good, firstCell: 2 ** 52 - 1 })).not.toThrow()
    for (const bad of [
      { key: randomBytes(31) },
      { cells: new Uint8Array(CELL_BYTES - 1) },
      { firstCell: -1 },
      { firstCell: 0.5 },
      { firstCell: Number.NaN },
      { firstCell: 2 ** 52 },
    ]) {
      expect(() => cipherCells({ ...good, ...bad })).toThrow(ContentRangeError)
    }
  })
})

describe('InclusionProver', () => {
  it('makes the proof that the list of all leaves gives, at every place of every tree', () => {
    for (let treeSize = 1; treeSize <= 40; treeSize++) {
      const leaves = new Uint8Array(randomBytes(32 * treeSize))
      for (let index = 0; index < treeSize; index++) {
        const prover = new InclusionProver({ index, treeSize, sha256 })
        for (let i = 0; i < treeSize; i++) prover.append(leaves.subarray(32 * i, 32 * i + 32))
        const { leaf, proof } = prover.finish()
        expect(leaf).toEqual(leaves.slice(32 * index, 32 * index + 32))
        expect(proof).toEqual(inclusionProof(leaves, index, sha256))
      }
    }
  })

  it('refuses a leaf that the tree does not have, and more or fewer leaves than it has', () => {
    for (const [index, treeSize] of [
      [3, 3],
      [-1, 3],
      [0.5, 3],
      [0, 0],
      [0, 2 ** 53],
    ] as const) {
      expect(() => new InclusionProver({ index, treeSize, sha256 })).toThrow(ContentRangeError)
    }
    const prover = new InclusionProver({ index: 1, treeSize: 2, sha256 })
    prover.append(new Uint8Array(32))
    expect(() => prover.finish()).toThrow(ContentRangeError)
    prover.append(new Uint8Array(32))
    expect(() => prover.append(new Uint8Array(32))).toThrow(ContentRangeError)
    expect(prover.finish().proof).toHaveLength(1)
  })
})

describe('a delivery', () => {
  it('that is right has no wrong cell', async () => {
    for (const sizeBytes of [1, 4064, 4065, 40_000]) {
      const { key, ciphertext, leaves } = await deliver(sizeBytes)
      const received = { ciphertext: chunked(ciphertext), leaves: chunked(leaves, 33), sizeBytes }
      expect(await findWrongCell({ ...received, key, chacha20, sha256 })).toBeUndefined()
    }
  })

  it('with one wrong bit anywhere has that cell wrong, and evidence that proves it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 60_000 }), fc.nat(), async (sizeBytes, place) => {
        const { key, ciphertext, leaves, plain } = await deliver(sizeBytes)
        const bit = place % (8 * ciphertext.length)
        ciphertext[bit >> 3]! ^= 1 << (bit & 7)
        const cell = Math.floor((bit >> 3) / CELL_BYTES)
        const received = () => ({ ciphertext: chunked(ciphertext), leaves: chunked(leaves, 33), sizeBytes, sha256 })
        expect(await findWrongCell({ ...received(), key, chacha20 })).toBe(cell)

        const evidence = await evidenceOf(cell, received())
        const at = { index: cell, treeSize: cellCount(sizeBytes), sha256 }
        const cipherLeaf = leafHash(sha256, bytesOf(evidence.cipherCell))
        expect(evidence.cell).toBe(BigInt(cell))
        const proofs = [evidence.cipherProof, evidence.plainProof].map((proof) => proof.map(bytesOf))
        const roots = await Promise.all([ciphertext, plain].map((cells) => cellsRoot(chunked(cells), sha256)))
        expect(verifyInclusion({ ...at, leaf: cipherLeaf, proof: proofs[0]!, root: roots[0]! })).toBe(true)
        const plainLeaf = bytesOf(evidence.plainLeaf)
        expect(verifyInclusion({ ...at, leaf: plainLeaf, proof: proofs[1]!, root: roots[1]! })).toBe(true)
        const opened = cipherCells({ key, firstCell: cell, cells: bytesOf(evidence.cipherCell), chacha20 })
        expect(toHex(leafHash(sha256, opened))).not.toBe(evidence.plainLeaf)
      }),
      { numRuns: 25 },
    )
  })

  it('with another key has its first cell wrong', async () => {
    const { ciphertext, leaves, sizeBytes } = await deliver(10_000)
    const received = { ciphertext: chunked(ciphertext), leaves: chunked(leaves), sizeBytes }
    expect(await findWrongCell({ ...received, key: randomBytes(32), chacha20, sha256 })).toBe(0)
  })

  it('is refused if it has more or fewer cells or leaves than its size makes', async () => {
    const { key, ciphertext, leaves, sizeBytes } = await deliver(10_000)
    const more = new Uint8Array(Buffer.concat([ciphertext, randomBytes(CELL_BYTES)]))
    for (const [cells, hashes] of [
      [more, leaves],
      [ciphertext.slice(0, -CELL_BYTES), leaves],
      [ciphertext.slice(0, -1), leaves],
      [ciphertext, leaves.slice(0, -32)],
      [ciphertext, leaves.slice(0, -1)],
      [ciphertext, new Uint8Array(Buffer.concat([leaves, leaves]))],
    ] as const) {
      const received = () => ({ ciphertext: chunked(cells), leaves: chunked(hashes), sizeBytes, sha256 })
      await expect(findWrongCell({ ...received(), key, chacha20 })).rejects.toBeInstanceOf(ContentRangeError)
      await expect(evidenceOf(0, received())).rejects.toBeInstanceOf(ContentRangeError)
    }
    const received = () => ({ ciphertext: chunked(ciphertext), leaves: chunked(leaves), sizeBytes, sha256 })
    for (const cell of [-1, 3, 0.5]) {
      await expect(evidenceOf(cell, received())).rejects.toBeInstanceOf(ContentRangeError)
    }
  })

  it('closes both sources when it ends early', async () => {
    const { ciphertext, leaves, sizeBytes } = await deliver(100_000)
    const closed: string[] = []
    const watched = async function* (name: string, bytes: Uint8Array) {
      try {
        yield* chunked(bytes, 4096)
      } finally {
        closed.push(name)
      }
    }
    const received = { ciphertext: watched('cells', ciphertext), leaves: watched('leaves', leaves), sizeBytes }
    expect(await findWrongCell({ ...received, key: randomBytes(32), chacha20, sha256 })).toBe(0)
    expect(closed.sort()).toEqual(['cells', 'leaves'])
  })

  it('of any size is looked through with a hash a level', async () => {
    const treeSize = 3000
    const tree = new MerkleTree(sha256)
    const prover = new InclusionProver({ index: 1234, treeSize, sha256 })
    const leaves = Array.from({ length: treeSize }, (_, i) => leafHash(sha256, Uint8Array.of(i & 0xff, i >> 8)))
    for (const leaf of leaves) {
      tree.append(leaf)
      prover.append(leaf)
    }
    const { leaf, proof } = prover.finish()
    expect(proof.length).toBeLessThanOrEqual(12)
    expect(verifyInclusion({ leaf, index: 1234, treeSize, proof, root: tree.root(), sha256 })).toBe(true)
  })
})
