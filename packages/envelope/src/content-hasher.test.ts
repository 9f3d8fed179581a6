import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import vectors from '../fixtures/content-root.json' with { type: 'json' }
import { blindsOf, randomBlindSecret } from './blinds.js'
import { CELL_BYTES, CELL_CONTENT_BYTES, cellCount, makeCell } from './cell.js'
import { ContentRangeError, EmptyAssetError, HasherStateError } from './content-errors.js'
import { ContentHasher } from './content-hasher.js'
import { toHex } from './hex.js'
import { leafHash } from './merkle-tree.js'
import { nobleSha256 } from './noble-sha256.js'
import { nodeSha256 } from './node.js'

const blindSecret = new Uint8Array(Buffer.from(vectors.blindSecret.slice(2), 'hex'))

function contentOf(sizeBytes: number): Uint8Array {
  return Uint8Array.from({ length: sizeBytes }, (_, i) => (31 * i + Math.floor(i / 256)) & 0xff)
}

async function digestOf(
  content: Uint8Array,
  cuts: number[] = [],
  sha256 = nodeSha256,
  secret: Uint8Array = blindSecret,
) {
  const hasher = await ContentHasher.create({ blindSecret: secret, sha256 })
  const places = [0, ...cuts.map((cut) => cut % (content.length + 1)).sort((a, b) => a - b), content.length]
  for (const [i, start] of places.slice(0, -1).entries()) await hasher.update(content.subarray(start, places[i + 1]))
  return hasher.digest()
}

describe('blinds', () => {
  it('are those of the fixture, at any place', async () => {
    const blinds = await blindsOf(blindSecret)
    for (const { cell, blind } of vectors.blinds) expect(toHex(await blinds.derive(cell, 1))).toBe(blind)
  })

  it('are the same one by one and in a row', async () => {
    const blinds = await blindsOf(randomBlindSecret())
    const row = await blinds.derive(5, 4)
    for (let i = 0; i < 4; i++) expect(await blinds.derive(5 + i, 1)).toEqual(row.slice(i * 32, i * 32 + 32))
  })

  it('refuse a secret, a place or a count that is not right', async () => {
    await expect(blindsOf(new Uint8Array(31))).rejects.toBeInstanceOf(ContentRangeError)
    const blinds = await blindsOf(blindSecret)
    for (const [first, count] of [
      [-1, 1],
      [0.5, 1],
      [2 ** 53, 1],
      [0, 0],
    ] as const) {
      await expect(blinds.derive(first, count)).rejects.toBeInstanceOf(ContentRangeError)
    }
  })
})

describe('a cell', () => {
  it('counts one for every 4064 bytes begun', () => {
    expect([1, 4064, 4065, 8128, 8129].map(cellCount)).toEqual([1, 1, 2, 2, 3])
    expect(() => cellCount(0)).toThrow(EmptyAssetError)
    for (const size of [-1, 1.5, Number.NaN, 2 ** 53]) expect(() => cellCount(size)).toThrow(ContentRangeError)
  })

  it('is blind, content, zeros', () => {
    const cell = makeCell(new Uint8Array(32).fill(1), Uint8Array.of(2, 3))
    expect([cell.length, cell[31], cell[32], cell[33], cell[34], cell[CELL_BYTES - 1]]).toEqual([4096, 1, 2, 3, 0, 0])
    expect(() => makeCell(new Uint8Array(31), Uint8Array.of(1))).toThrow(ContentRangeError)
    expect(() => makeCell(new Uint8Array(32), new Uint8Array())).toThrow(ContentRangeError)
    expect(() => makeCell(new Uint8Array(32), new Uint8Array(CELL_CONTENT_BYTES + 1))).toThrow(ContentRangeError)
  })
})

describe('ContentHasher', () => {
  it.each(vectors.assets)(
    'gives the fixture’s root of $sizeBytes bytes',
    async ({ sizeBytes, contentRoot, sha256 }) => {
      const expected = { contentRoot, sizeBytes, sha256 }
      expect(await digestOf(contentOf(sizeBytes), [], nodeSha256)).toEqual(expected)
      expect(await digestOf(contentOf(sizeBytes), [], nobleSha256)).toEqual(expected)
    },
  )

  it('gives the same digest however the bytes arrive', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 1, maxLength: 20_000 }),
        fc.array(fc.nat(20_000), { maxLength: 20 }),
        async (content, cuts) => {
          expect(await digestOf(content, cuts)).toEqual(await digestOf(content, [], nobleSha256))
        },
      ),
      { numRuns: 50 },
    )
  })

  it('gives every leaf in order, beyond one batch of blinds', async () => {
    const content = contentOf(CELL_CONTENT_BYTES * 1030 + 1)
    const leaves: Uint8Array[] = []
    const hasher = await ContentHasher.create({ blindSecret, sha256: nodeSha256, onLeaf: (leaf) => leaves.push(leaf) })
    await hasher.update(content)
    await hasher.digest()
    expect(leaves).toHaveLength(cellCount(content.length))
    const blinds = await blindsOf(blindSecret)
    for (const i of [0, 1023, 1024, 1030]) {
      const part = content.subarray(i * CELL_CONTENT_BYTES, (i + 1) * CELL_CONTENT_BYTES)
      expect(toHex(leaves[i]!)).toBe(toHex(leafHash(nodeSha256, makeCell(await blinds.derive(i, 1), part))))
    }
  })

  it('hides equal content behind another secret', async () => {
    const [one, two] = [
      await digestOf(contentOf(100)),
      await digestOf(contentOf(100), [], nodeSha256, randomBlindSecret()),
    ]
    expect(two.sha256).toBe(one.sha256)
    expect(two.contentRoot).not.toBe(one.contentRoot)
  })

  it('refuses an empty asset', async () => {
    const hasher = await ContentHasher.create({ blindSecret })
    await hasher.update(new Uint8Array())
    await expect(hasher.digest()).rejects.toBeInstanceOf(EmptyAssetError)
  })

  it('refuses to go on after its digest, or two calls at once', async () => {
    const hasher = await ContentHasher.create({ blindSecret })
    const first = hasher.update(contentOf(10_000))
    await expect(hasher.update(contentOf(1))).rejects.toBeInstanceOf(HasherStateError)
    await first
    await hasher.digest()
    await expect(hasher.update(contentOf(1))).rejects.toBeInstanceOf(HasherStateError)
    await expect(hasher.digest()).rejects.toBeInstanceOf(HasherStateError)
  })
})
