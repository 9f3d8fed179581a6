import { createHash, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  CELL_BYTES,
  CELL_CONTENT_BYTES,
  ContentRangeError,
  cellBatches,
  cellCount,
  cellsRoot,
  cipherCells,
  type DecryptionKey,
  HASH_BYTES,
  leafHash,
  MerkleTree,
  type Recipient,
  randomBlindSecret,
  readAll,
  readDecryptionKey,
  readRecipient,
  TamperedMessageError,
  TruncatedMessageError,
} from '../dist/index.js'
// The built ones: the threads run what is built.
import { AssetSealer, AssetThreads, CellEncryptor, nodeChaCha20, nodeSha256 } from '../dist/node.js'
import { inPieces, makeParty, patternOf } from './_util.js'

const CHUNK = 262_144
const BATCH = 128
/** Where the first chunk begins in what is stored. */
const HEAD_BYTES = 6 + 4 + 32
const threads = new AssetThreads()
const sealer = new AssetSealer(threads)
const encryptor = new CellEncryptor(threads)
let ours: { key: DecryptionKey; recipient: Recipient }
beforeAll(async () => {
  const party = await makeParty('Datatrust')
  ours = {
    key: await readDecryptionKey(party.armoredPrivate),
    recipient: await readRecipient(party.armoredPublic),
  }
})
afterAll(() => threads.close())

interface Stored {
  plain: Uint8Array
  keyPackets: Uint8Array
  data: Uint8Array
  blindSecret: Uint8Array
  cellKey: Uint8Array
}

const store = (sizeBytes: number) => storeBytes(patternOf(sizeBytes))

async function storeBytes(plain: Uint8Array): Promise<Stored> {
  const sizeBytes = plain.length
  const blindSecret = randomBlindSecret()
  const sealed = await sealer.seal(inPieces(plain, [300_000]), { recipient: ours.recipient, sizeBytes, blindSecret })
  const chunks: Uint8Array[] = []
  for await (const chunk of sealed.data) chunks.push(chunk.slice())
  return { plain, keyPackets: sealed.keyPackets, data: Buffer.concat(chunks), blindSecret, cellKey: randomBytes(32) }
}

function encrypt(stored: Stored, firstCell = 0, endCell = cellCount(stored.plain.length), by = encryptor) {
  const { plain, keyPackets, data, blindSecret, cellKey } = stored
  return by.encrypt({
    keyPackets,
    decryptionKey: ours.key,
    sizeBytes: plain.length,
    storedBytes: data.length,
    read: (start, end) => inPieces(data.subarray(start, end), [70_000, 1, 512 * 1024]),
    blindSecret,
    cellKey,
    firstCell,
    endCell,
  })
}

/** The same cells by the code that runs everywhere. */
async function expected({ plain, blindSecret, cellKey }: Stored): Promise<Uint8Array> {
  const cells = await readAll(cellBatches(inPieces(plain, [1_000_000]), { blindSecret }))
  return cipherCells({ key: cellKey, firstCell: 0, cells, chacha20: nodeChaCha20 })
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

async function collect(stored: Stored, firstCell?: number, endCell?: number) {
  const cells: Uint8Array[] = []
  for await (const batch of encrypt(stored, firstCell, endCell)) cells.push(Uint8Array.from(batch.cells))
  return Buffer.concat(cells)
}

describe('a cell encryptor', () => {
  it('makes the cells that the code for everywhere makes, at any size and in any range, here and in threads', async () => {
    const sizes = [
      1,
      CELL_CONTENT_BYTES,
      CELL_CONTENT_BYTES + 1,
      2 * BATCH * CELL_CONTENT_BYTES,
      5 * CHUNK - 12,
      9_000_001,
    ]
    for (const size of sizes) {
      const stored = await store(size)
      const whole = await expected(stored)
      const count = cellCount(size)
      expect(sha256(await collect(stored)), `${size} bytes`).toBe(sha256(whole))
      await fc.assert(
        fc.asyncProperty(fc.nat(count), fc.nat(count), async (a, b) => {
          const [first, end] = [Math.min(a, b), Math.max(a, b)]
          const cells = whole.subarray(first * CELL_BYTES, end * CELL_BYTES)
          expect(sha256(await collect(stored, first, end)), `cells ${first} to ${end}`).toBe(sha256(cells))
        }),
        { numRuns: 6 },
      )
    }
  })

  it('gives the leaves of what it encrypts, and roots that fit into the tree', async () => {
    const stored = await store(5_000_000)
    const whole = await expected(stored)
    const root = await cellsRoot(inPieces(whole, [1_000_000]), nodeSha256)
    for (const firstCell of [0, 1, BATCH, 300]) {
      const tree = new MerkleTree(nodeSha256)
      for (let i = 0; i < firstCell; i++) {
        tree.append(leafHash(nodeSha256, whole.subarray(i * CELL_BYTES, (i + 1) * CELL_BYTES)))
      }
      let roots = 0
      for await (const batch of encrypt(stored, firstCell)) {
        const cells = batch.cells.length / CELL_BYTES
        expect(batch.firstCell).toBe(tree.size)
        expect(cells).toBeLessThanOrEqual(BATCH)
        const leaves = Array.from({ length: cells }, (_, i) =>
          batch.leaves.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES),
        )
        if (batch.root === undefined) for (const leaf of leaves) tree.append(leaf)
        else {
          roots += 1
          tree.appendSubtree(batch.root, cells)
        }
        const last = whole.subarray((tree.size - 1) * CELL_BYTES, tree.size * CELL_BYTES)
        expect(sha256(leaves.at(-1)!)).toBe(sha256(leafHash(nodeSha256, last)))
      }
      expect(roots).toBeGreaterThan(5)
      expect(sha256(tree.root()), `from cell ${firstCell}`).toBe(sha256(root))
    }
  })

  it('works for many at once, of whom none gets another’s cells', async () => {
    const assets = await Promise.all([3_000_000, 3_000_001, 4_000_000].map(store))
    const hashes = await Promise.all(assets.map(async (stored) => sha256(await expected(stored))))
    const readers = Array.from({ length: 24 }, (_, i) => collect(assets[i % assets.length]!))
    const got = (await Promise.all(readers)).map(sha256)
    expect(got).toEqual(got.map((_, i) => hashes[i % hashes.length]))
  })

  it('begins nothing with the chunk in which the cells of another asset ended', async () => {
    const [one, other] = [await storeBytes(randomBytes(4_000_000)), await storeBytes(randomBytes(4_000_000))]
    const whole = { one: await expected(one), other: await expected(other) }
    for (const [stored, cells, first, end] of [
      [one, whole.one, 0, 300],
      [other, whole.other, 280, 600],
      [one, whole.one, 590, 900],
    ] as const) {
      const wanted = cells.subarray(first * CELL_BYTES, end * CELL_BYTES)
      expect(sha256(await collect(stored, first, end)), `cells ${first} to ${end}`).toBe(sha256(wanted))
    }
  })

  it('gives nothing of a chunk in which a bit was flipped, and goes on with the next asset', async () => {
    const stored = await store(4 * 1_048_576)
    const whole = await expected(stored)
    for (const at of [HEAD_BYTES, 700_000, 3_000_000, stored.data.length - 1]) {
      const data = Uint8Array.from(stored.data)
      data[at]! ^= 4
      const received: Uint8Array[] = []
      const reading = (async () => {
        for await (const { cells } of encrypt({ ...stored, data })) received.push(Uint8Array.from(cells))
      })()
      await expect(reading).rejects.toBeInstanceOf(TamperedMessageError)
      const cells = Buffer.concat(received)
      const chunk = Math.floor((at - HEAD_BYTES) / (CHUNK + 16))
      expect(cells.length).toBeLessThanOrEqual((chunk * CHUNK * CELL_BYTES) / CELL_CONTENT_BYTES)
      expect(cells.equals(whole.subarray(0, cells.length))).toBe(true)
    }
    expect(sha256(await collect(stored))).toBe(sha256(whole))
  })

  it('tells of a store that ends early, and of ranges and keys that cannot be', async () => {
    const stored = await store(3_000_000)
    const short = { ...stored, data: stored.data.subarray(0, -1) }
    await expect(collect(short)).rejects.toBeInstanceOf(TruncatedMessageError)
    const count = cellCount(3_000_000)
    for (const [first, end] of [
      [-1, 1],
      [2, 1],
      [0, count + 1],
      [0.5, 2],
    ] as const) {
      await expect(collect(stored, first, end)).rejects.toBeInstanceOf(ContentRangeError)
    }
    const shortKey = { ...stored, cellKey: randomBytes(31) }
    await expect(collect(shortKey)).rejects.toBeInstanceOf(ContentRangeError)
    const shortSecret = { ...stored, blindSecret: randomBytes(31) }
    await expect(collect(shortSecret)).rejects.toBeInstanceOf(ContentRangeError)
  })

  it('holds nothing for who leaves or stops taking: hundreds of them stop nobody', async () => {
    const stored = await store(4_000_000)
    const whole = Buffer.from(await expected(stored))
    const hash = sha256(whole)
    const stopped = Array.from({ length: 100 }, () => encrypt(stored))
    const held = await Promise.all(stopped.map(async (reading) => (await reading.next()).value!.cells))
    for (let i = 0; i < 100; i++) for await (const _ of encrypt(stored)) break
    expect(sha256(await collect(stored))).toBe(hash)
    // Nothing is written to what they hold, nor do they lose their place.
    for (const cells of held) expect(sha256(cells)).toBe(sha256(whole.subarray(0, cells.length)))
    const isNext = async (reading: (typeof stopped)[number], firstBytes: number) => {
      const { firstCell, cells } = (await reading.next()).value!
      return (
        firstCell * CELL_BYTES === firstBytes && whole.subarray(firstBytes, firstBytes + cells.length).equals(cells)
      )
    }
    expect(await Promise.all(stopped.map((reading, i) => isNext(reading, held[i]!.length)))).not.toContain(false)
    await Promise.all(stopped.map((reading) => reading.return()))
  })

  it('ends what is under way when its threads are closed, and starts new ones for the next', async () => {
    const own = new AssetThreads()
    const by = new CellEncryptor(own)
    const stored = await store(8_000_000)
    const reading = (async () => {
      for await (const _ of encrypt(stored, 0, cellCount(8_000_000), by)) await own.close()
    })()
    await expect(reading).rejects.toThrow('closed')
    let cells = 0
    for await (const batch of encrypt(stored, 0, cellCount(8_000_000), by)) cells += batch.cells.length / CELL_BYTES
    expect(cells).toBe(cellCount(8_000_000))
    await own.close()
  })
})
