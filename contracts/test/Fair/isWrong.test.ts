import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { ethers, loadFixture } from '../support/chain.ts'
import { revertOf } from '../support/outcome.ts'
import { deployHarness } from './harness.ts'
import {
  CELL_BYTES,
  CONTENT_BYTES,
  cipherCell,
  hex,
  leafOf,
  proofLength,
  proofOf,
  rootFrom,
  rootOf,
} from './reference.ts'

const DEEP = Boolean(process.env.GRISTMILL_DEEP)
const SEGMENT = 2n ** 26n

interface Evidence {
  cell: bigint
  cipherCell: Buffer
  cipherProof: Buffer[]
  plainLeaf: Buffer
  plainProof: Buffer[]
}

interface Complaint {
  contentRoot: Buffer
  sizeBytes: bigint
  cipherRoot: Buffer
  key: Buffer
  evidence: Evidence
}

function argumentsOf({ contentRoot, sizeBytes, cipherRoot, key, evidence }: Complaint): unknown[] {
  const { cell, plainLeaf, cipherProof, plainProof } = evidence
  const proofs = { cipherProof: cipherProof.map(hex), plainProof: plainProof.map(hex) }
  const wire = { cell, cipherCell: hex(evidence.cipherCell), plainLeaf: hex(plainLeaf), ...proofs }
  return [hex(contentRoot), sizeBytes, hex(cipherRoot), hex(key), wire]
}

async function isWrong(complaint: Complaint): Promise<boolean> {
  const { fair } = await loadFixture(deployHarness)
  return fair.getFunction('isWrong')(...argumentsOf(complaint))
}

const withEvidence = (complaint: Complaint, change: Partial<Evidence>): Complaint => {
  return { ...complaint, evidence: { ...complaint.evidence, ...change } }
}

/** Blind, content, zeros. */
const lastCell = (contentBytes: number): Buffer => Buffer.concat([randomBytes(32 + contentBytes)], CELL_BYTES)

/** A whole delivery of the cells `sent` where `promised` were due, and what is said about one of them. */
function complain(promised: readonly Buffer[], sent: readonly Buffer[], cell: number, sizeBytes: bigint): Complaint {
  const key = randomBytes(32)
  const cipherCells = sent.map((data, i) => cipherCell(key, BigInt(i), data))
  const [plainLeaves, cipherLeaves] = [promised.map(leafOf), cipherCells.map(leafOf)]
  return {
    contentRoot: rootOf(plainLeaves),
    sizeBytes,
    cipherRoot: rootOf(cipherLeaves),
    key,
    evidence: {
      cell: BigInt(cell),
      cipherCell: cipherCells[cell]!,
      cipherProof: proofOf(cell, cipherLeaves),
      plainLeaf: plainLeaves[cell]!,
      plainProof: proofOf(cell, plainLeaves),
    },
  }
}

/** The same in a tree too large to make: what is not about the cell is random. */
function complainInside(cell: bigint, cellCount: bigint, promised: Buffer, sent: Buffer): Complaint {
  const key = randomBytes(32)
  const proofs = [0, 1].map(() => Array.from({ length: proofLength(cell, cellCount) }, () => randomBytes(32)))
  const [plainProof, cipherProof] = proofs as [Buffer[], Buffer[]]
  const encrypted = cipherCell(key, cell, sent)
  const plainLeaf = leafOf(promised)
  const sizeBytes = cellCount * CONTENT_BYTES
  return {
    contentRoot: rootFrom(plainLeaf, cell, cellCount, plainProof),
    sizeBytes: sizeBytes < 2n ** 64n ? sizeBytes : 2n ** 64n - 1n,
    cipherRoot: rootFrom(leafOf(encrypted), cell, cellCount, cipherProof),
    key,
    evidence: { cell, cipherCell: encrypted, cipherProof, plainLeaf, plainProof },
  }
}

function flipOneBit(bytes: Buffer, bit = Math.floor(Math.random() * bytes.length * 8)): Buffer {
  const copy = Buffer.from(bytes)
  copy[bit >> 3]! ^= 1 << (bit & 7)
  return copy
}

const SHAPES: [string, Buffer][] = [
  ['all zero', Buffer.alloc(CELL_BYTES)],
  ['all ones', Buffer.alloc(CELL_BYTES, 0xff)],
  ['random', randomBytes(CELL_BYTES)],
  ['padded, with one byte of content', lastCell(1)],
  ['padded, with all but one byte of content', lastCell(4063)],
]

describe('Fair.isWrong', { timeout: 600_000 }, () => {
  it('never calls a right delivery wrong, and always a wrong cell, in every tree', async () => {
    const sizes = DEEP ? Array.from({ length: 17 }, (_, i) => i + 1) : [1, 2, 3, 4, 5, 7, 8, 9]
    for (const size of sizes) {
      const promised = Array.from({ length: size }, (_, i) => (i === size - 1 ? lastCell(17) : randomBytes(CELL_BYTES)))
      const sizeBytes = BigInt(size - 1) * CONTENT_BYTES + 17n
      for (let cell = 0; cell < size; cell++) {
        expect(await isWrong(complain(promised, promised, cell, sizeBytes))).toBe(false)
        const sent = promised.with(cell, flipOneBit(promised[cell]!))
        expect(await isWrong(complain(promised, sent, cell, sizeBytes))).toBe(true)
      }
    }
  })

  it.each(SHAPES)('tells a right from a wrong cell that is %s', async (_, promised) => {
    expect(await isWrong(complain([promised], [promised], 0, CONTENT_BYTES))).toBe(false)
    for (const bit of [0, 255, 256, 8 * CELL_BYTES - 1]) {
      expect(await isWrong(complain([promised], [flipOneBit(promised, bit)], 0, CONTENT_BYTES))).toBe(true)
    }
  })

  it('tells a cell that was sent in the place of another', async () => {
    const promised = [randomBytes(CELL_BYTES), randomBytes(CELL_BYTES), randomBytes(CELL_BYTES)]
    const sent = [promised[1]!, promised[0]!, promised[2]!]
    const verdicts = await Promise.all(
      [0, 1, 2].map((cell) => isWrong(complain(promised, sent, cell, 3n * CONTENT_BYTES))),
    )
    expect(verdicts).toEqual([true, true, false])
  })

  it('tells a cell that was encrypted under another key, or left as it was', async () => {
    const promised = randomBytes(CELL_BYTES)
    const right = complain([promised], [promised], 0, CONTENT_BYTES)
    expect(await isWrong({ ...right, key: flipOneBit(right.key) })).toBe(true)
    const bare = { ...withEvidence(right, { cipherCell: promised }), cipherRoot: leafOf(promised) }
    expect(await isWrong(bare)).toBe(true)
  })

  it.each([
    ['the first cell', 0n, 2n],
    ['the last cell of a segment', SEGMENT - 1n, SEGMENT],
    ['the first cell of the second segment', SEGMENT, SEGMENT + 1n],
    ['a cell of the third segment', 2n * SEGMENT + 12_345n, 3n * SEGMENT],
    ['the last cell of 1 TiB', 270_549_120n, 270_549_121n],
    ['a cell far out', 2n ** 50n + 3n, 2n ** 51n],
    ['the last cell that there can be', (2n ** 64n - 1n) / CONTENT_BYTES, (2n ** 64n - 1n) / CONTENT_BYTES + 1n],
  ])('decrypts %s at its own place', async (_, cell, cellCount) => {
    const promised = randomBytes(CELL_BYTES)
    expect(await isWrong(complainInside(cell, cellCount, promised, promised))).toBe(false)
    expect(await isWrong(complainInside(cell, cellCount, promised, flipOneBit(promised)))).toBe(true)
  })

  it('refuses a cell that the asset does not have', async () => {
    const one = complain([lastCell(1)], [lastCell(1)], 0, 1n)
    expect(await revertOf(isWrong(withEvidence(one, { cell: 1n })))).toEqual({ name: 'Fair_BadCell', args: [1n, 1n] })
    expect(await revertOf(isWrong({ ...one, sizeBytes: 0n }))).toEqual({ name: 'Fair_BadCell', args: [0n, 0n] })
    for (const [sizeBytes, cellCount] of [
      [4063n, 1n],
      [4064n, 1n],
      [4065n, 2n],
      [8128n, 2n],
      [8129n, 3n],
      [2n ** 64n - 1n, (2n ** 64n - 1n) / CONTENT_BYTES + 1n],
    ] as const) {
      const beyond = { ...withEvidence(one, { cell: cellCount }), sizeBytes }
      expect(await revertOf(isWrong(beyond))).toEqual({ name: 'Fair_BadCell', args: [cellCount, cellCount] })
    }
  })

  it.each([0, 1, 32, 4095, 4097, 8192])('refuses a cell of %d bytes', async (length) => {
    const one = complain([lastCell(1)], [lastCell(1)], 0, 1n)
    const call = isWrong(withEvidence(one, { cipherCell: randomBytes(length) }))
    expect(await revertOf(call)).toEqual({ name: 'Fair_BadCellSize', args: [BigInt(length)] })
  })

  it('refuses an encrypted cell that was not acknowledged', async () => {
    const cells = [0, 1, 2].map(() => randomBytes(CELL_BYTES))
    const right = complain(cells, cells, 1, 3n * CONTENT_BYTES)
    const { cipherProof } = right.evidence
    const forged = flipOneBit(right.evidence.cipherCell)
    for (const [change, leaf, length] of [
      [{ cipherCell: forged }, leafOf(forged), 2n],
      [{ cipherProof: [flipOneBit(cipherProof[0]!), cipherProof[1]!] }, leafOf(right.evidence.cipherCell), 2n],
      [{ cipherProof: cipherProof.slice(1) }, leafOf(right.evidence.cipherCell), 1n],
      [{ cipherProof: [...cipherProof, randomBytes(32)] }, leafOf(right.evidence.cipherCell), 3n],
    ] as const) {
      expect(await revertOf(isWrong(withEvidence(right, change as Partial<Evidence>)))).toEqual({
        name: 'Fair_BadCipherProof',
        args: [1n, hex(leaf), length, hex(right.cipherRoot)],
      })
    }
  })

  it('refuses a leaf that was not promised', async () => {
    const cells = [0, 1, 2].map(() => randomBytes(CELL_BYTES))
    const right = complain(cells, cells, 1, 3n * CONTENT_BYTES)
    const { plainLeaf, plainProof } = right.evidence
    const other = flipOneBit(plainLeaf)
    for (const [change, leaf, length] of [
      [{ plainLeaf: other }, other, 2n],
      [{ plainProof: [plainProof[0]!, flipOneBit(plainProof[1]!)] }, plainLeaf, 2n],
      [{ plainProof: [] }, plainLeaf, 0n],
      [{ plainProof: [...plainProof, plainLeaf] }, plainLeaf, 3n],
    ] as const) {
      expect(await revertOf(isWrong(withEvidence(right, change as Partial<Evidence>)))).toEqual({
        name: 'Fair_BadPlainProof',
        args: [1n, hex(leaf), length, hex(right.contentRoot)],
      })
    }
  })

  it('refuses a size under which the tree has another shape', async () => {
    const cells = [0, 1, 2].map(() => randomBytes(CELL_BYTES))
    const right = complain(cells, cells, 2, 3n * CONTENT_BYTES)
    const other = { ...right, sizeBytes: 4n * CONTENT_BYTES }
    expect(await revertOf(isWrong(other))).toMatchObject({ name: 'Fair_BadCipherProof' })
  })

  it('gives no verdict where the gas does not suffice', async () => {
    const { fair } = await loadFixture(deployHarness)
    const promised = randomBytes(CELL_BYTES)
    const right = argumentsOf(complainInside(0n, 2n ** 8n, promised, promised))
    let refused = 0
    for (let gasLimit = 300_000; gasLimit < 800_000; gasLimit += DEEP ? 4_000 : 40_000) {
      const verdict = await fair
        .getFunction('isWrong')(...right, { gasLimit })
        .catch(() => 'no verdict')
      if (verdict === 'no verdict') refused += 1
      else expect(verdict).toBe(false)
    }
    expect(refused).toBeGreaterThan(3)
  })

  // Under the probe of the coverage every figure is another one.
  it.skipIf(process.env.GRISTMILL_PROBE)(
    'costs less than half a million gas for 1 TiB, and 2,400 more for a level of both trees',
    async () => {
      const gasOf = async (cellCount: bigint): Promise<number> => {
        const { fair } = await loadFixture(deployHarness)
        const promised = randomBytes(CELL_BYTES)
        const data = fair.interface.encodeFunctionData(
          'isWrong',
          argumentsOf(complainInside(0n, cellCount, promised, flipOneBit(promised))) as [],
        )
        const [sender] = await ethers.getSigners()
        const receipt = await (await sender!.sendTransaction({ to: await fair.getAddress(), data })).wait()
        return Number(receipt!.gasUsed)
      }
      const [small, large] = [await gasOf(259n), await gasOf(270_549_121n)]
      expect(large).toBeLessThan(500_000)
      expect((large - small) / (proofLength(0n, 270_549_121n) - proofLength(0n, 259n))).toBeLessThan(2_400)
    },
  )

  // Under the probe of the coverage every figure is another one.
  it.skipIf(process.env.GRISTMILL_PROBE)('fits into the size that public chains accept', async () => {
    const factory = await ethers.getContractFactory('Fair')
    const library = await (await factory.deploy()).waitForDeployment()
    const code = await ethers.provider.getCode(await library.getAddress())
    expect((code.length - 2) / 2).toBeLessThan(24_576)
  })
})
