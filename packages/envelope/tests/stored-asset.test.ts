import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  CELL_CONTENT_BYTES,
  ContentHasher,
  ContentRangeError,
  EmptyAssetError,
  HasherStateError,
  MessageError,
  messageOf,
  openMessage,
  RecipientSealingError,
  randomBlindSecret,
  readAll,
  readDecryptionKey,
  rewrap,
  TamperedMessageError,
  TruncatedMessageError,
  WrongKeyError,
} from '../dist/index.js'
// The built ones: the threads run what is built.
import { AssetSealer, AssetThreads, nodeSha256, openAsset } from '../dist/node.js'
import { inPieces, makeLegacyParty, makeParty, openWithLibrary, type Party, patternOf } from './_util.js'

const CHUNK = 262_144
/** Of the literal packet: tag, length, format, name, date. */
const LITERAL_HEAD = 12
const BATCH = 256 * CELL_CONTENT_BYTES

let ours: Party
let buyer: Party
let legacy: Party
const sealer = new AssetSealer()
beforeAll(async () => {
  ours = await builtParty('Datatrust')
  buyer = await builtParty('Buyer')
  legacy = await makeLegacyParty('Old buyer')
})
afterAll(() => sealer.close())

async function builtParty(name: string): Promise<Party> {
  const party = await makeParty(name)
  return { ...party, key: await readDecryptionKey(party.armoredPrivate) }
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

async function seal(plain: Uint8Array, cuts: readonly number[] = [65_536], by = sealer) {
  const blindSecret = randomBlindSecret()
  const leaves: Uint8Array[] = []
  const sealed = await by.seal(inPieces(plain, cuts), {
    recipient: ours.recipient,
    sizeBytes: plain.length,
    blindSecret,
    onLeaves: (packed) => leaves.push(packed.slice()),
  })
  const chunks: Uint8Array[] = []
  for await (const chunk of sealed.data) chunks.push(chunk.slice())
  return {
    keyPackets: sealed.keyPackets,
    data: new Uint8Array(Buffer.concat(chunks)),
    digest: sealed.digest(),
    leaves: new Uint8Array(Buffer.concat(leaves)),
    blindSecret,
  }
}

type Sealed = Awaited<ReturnType<typeof seal>>

async function open({ keyPackets, data }: Pick<Sealed, 'keyPackets' | 'data'>, sizeBytes: number, party = ours) {
  const reads: [number, number][] = []
  const asset = await openAsset({
    keyPackets,
    decryptionKey: party.key,
    sizeBytes,
    storedBytes: data.length,
    read: (start, end) => {
      reads.push([start, end])
      return inPieces(data.subarray(start, end), [40_000])
    },
  })
  return { asset, reads }
}

/** What comes out before the end or the throw. */
async function outcome(reading: AsyncIterable<Uint8Array>) {
  const received: Uint8Array[] = []
  try {
    for await (const chunk of reading) received.push(chunk)
    return { bytes: Buffer.concat(received), error: null }
  } catch (error) {
    return { bytes: Buffer.concat(received), error }
  }
}

describe('a stored asset', () => {
  it('is an OpenPGP message that the library alone reads, at every size around the borders of its chunks', async () => {
    const borders = [CHUNK, 2 * CHUNK].flatMap((border) =>
      Array.from({ length: 5 }, (_, i) => border - LITERAL_HEAD + i - 2),
    )
    for (const size of [1, 2, 4063, 4064, 4065, ...borders, CHUNK, BATCH, 2 * BATCH + 1]) {
      const plain = patternOf(size)
      const sealed = await seal(plain)
      const message = new Uint8Array(Buffer.concat([sealed.keyPackets, sealed.data]))
      expect(sha256(await openWithLibrary(message, ours.armoredPrivate)), `${size} bytes`).toBe(sha256(plain))
      const streamed = openMessage(inPieces(message, [70_000]), ours.key, { maxBytes: size })
      expect(sha256(await readAll(streamed))).toBe(sha256(plain))
      const { asset } = await open(sealed, size)
      expect(sha256(await readAll(asset.read(0, size)))).toBe(sha256(plain))
    }
  })

  it('has the digest and the leaves that the hasher finds, in threads and without, however it is cut', async () => {
    for (const [size, cuts] of [
      [1, [1]],
      [BATCH, [777]],
      [3 * BATCH + 5000, [1_000_000, 3]],
      [12 * BATCH - 1, [65_536]],
    ] as const) {
      const plain = patternOf(size)
      const { digest, leaves, blindSecret } = await seal(plain, cuts)
      const expected: Uint8Array[] = []
      const hasher = await ContentHasher.create({
        blindSecret,
        sha256: nodeSha256,
        onLeaf: (leaf) => expected.push(leaf),
      })
      await hasher.update(plain)
      const { contentRoot, sizeBytes } = await hasher.digest()
      expect(digest).toEqual({ contentRoot, sizeBytes })
      expect(sha256(leaves)).toBe(sha256(Buffer.concat(expected)))
    }
  })

  it('gives any range, and reads no more than the chunks it lies in', async () => {
    const size = 5 * CHUNK + 1000
    const plain = patternOf(size)
    const { asset, reads } = await open(await seal(plain), size)
    await fc.assert(
      fc.asyncProperty(fc.nat(size), fc.nat(size), async (a, b) => {
        const [start, end] = [Math.min(a, b), Math.max(a, b)]
        reads.length = 0
        expect(sha256(await readAll(asset.read(start, end)))).toBe(sha256(plain.subarray(start, end)))
        const readBytes = reads.reduce((sum, [from, to]) => sum + to - from, 0)
        expect(readBytes).toBeLessThanOrEqual((Math.ceil((end - start) / CHUNK) + 1) * (CHUNK + 16) + 16)
      }),
      { numRuns: 60 },
    )
    for (const [start, end] of [
      [-1, 1],
      [0, size + 1],
      [2, 1],
      [0, 0.5],
    ] as const) {
      await expect(readAll(asset.read(start, end))).rejects.toBeInstanceOf(ContentRangeError)
    }
  })

  it('goes to another recipient with new key packets', async () => {
    const plain = patternOf(CHUNK + 1)
    const { keyPackets, data } = await seal(plain)
    const rewrapped = await rewrap(keyPackets, { decryptionKey: ours.key, recipient: buyer.recipient })
    const message = messageOf({ keyPackets: rewrapped, data: inPieces(data, [1000]) })
    expect(sha256(await readAll(openMessage(message, buyer.key, { maxBytes: plain.length })))).toBe(sha256(plain))
    await expect(open({ keyPackets, data }, plain.length, buyer)).rejects.toBeInstanceOf(WrongKeyError)
  })

  it('shows a flipped bit, wherever it is, before a byte of its chunk comes out', async () => {
    const size = 3 * CHUNK
    const plain = patternOf(size)
    const sealed = await seal(plain)
    const headBytes = 6 + 4 + 32
    await fc.assert(
      fc.asyncProperty(fc.nat(sealed.data.length - 1), fc.nat(7), async (at, bit) => {
        const data = sealed.data.slice()
        data[at]! ^= 1 << bit
        const { bytes, error } = await open({ ...sealed, data }, size).then(
          ({ asset }) => outcome(asset.read(0, size)),
          (thrown: unknown) => ({ bytes: Buffer.alloc(0), error: thrown }),
        )
        expect(error).toBeInstanceOf(TamperedMessageError)
        // Whole chunks before the damaged one, and nothing of it.
        const chunk = Math.max(0, Math.floor((at - headBytes) / (CHUNK + 16)))
        expect(bytes.length).toBeLessThanOrEqual(Math.max(0, chunk * CHUNK - LITERAL_HEAD))
        expect(bytes.equals(plain.subarray(0, bytes.length))).toBe(true)
      }),
      { numRuns: 60 },
    )
  })

  it('is refused when it is cut, lengthened, or its chunks are exchanged', async () => {
    const size = 3 * CHUNK
    const sealed = await seal(patternOf(size))
    const head = 42
    for (const cut of [1, 16, 17, CHUNK]) {
      await expect(open({ ...sealed, data: sealed.data.slice(0, -cut) }, size)).rejects.toBeInstanceOf(
        TruncatedMessageError,
      )
    }
    const longer = new Uint8Array(Buffer.concat([sealed.data, Buffer.alloc(1)]))
    await expect(open({ ...sealed, data: longer }, size)).rejects.toBeInstanceOf(MessageError)
    const swapped = sealed.data.slice()
    swapped.set(sealed.data.subarray(head, head + CHUNK + 16), head + CHUNK + 16)
    swapped.set(sealed.data.subarray(head + CHUNK + 16, head + 2 * (CHUNK + 16)), head)
    const { asset } = await open({ ...sealed, data: swapped }, size)
    expect(await outcome(asset.read(0, size))).toMatchObject({
      bytes: { length: 0 },
      error: { code: 'TAMPERED_MESSAGE' },
    })
    const cutWhileRead = await openAsset({
      keyPackets: sealed.keyPackets,
      decryptionKey: ours.key,
      sizeBytes: size,
      storedBytes: sealed.data.length,
      read: (start, end) => inPieces(sealed.data.subarray(start, Math.min(end, 300_000)), [9999]),
    })
    await expect(readAll(cutWhileRead.read(0, size))).rejects.toBeInstanceOf(TruncatedMessageError)
  })
})

describe('an asset sealer', () => {
  it('refuses an empty asset, another size than announced, and a key that cannot read SEIPDv2', async () => {
    const blindSecret = randomBlindSecret()
    const params = (sizeBytes: number) => ({ recipient: ours.recipient, sizeBytes, blindSecret })
    await expect(sealer.seal(inPieces(patternOf(1), [1]), params(0))).rejects.toBeInstanceOf(EmptyAssetError)
    await expect(
      sealer.seal(inPieces(patternOf(1), [1]), { ...params(1), recipient: legacy.recipient }),
    ).rejects.toBeInstanceOf(RecipientSealingError)
    for (const size of [10, 5 * BATCH]) {
      for (const announced of [size - 1, size + 1]) {
        const sealed = await sealer.seal(inPieces(patternOf(size), [60_000]), params(announced))
        await expect(readAll(sealed.data)).rejects.toBeInstanceOf(ContentRangeError)
        expect(() => sealed.digest()).toThrow(HasherStateError)
      }
    }
  })

  it('ends with the source’s own error, closes the source of a reader that leaves, and reads nothing early', async () => {
    const failure = new Error('the maker left')
    const half = patternOf(BATCH / 2)
    const states: string[] = []
    async function* source(fails: boolean) {
      states.push('started')
      try {
        for (let i = 0; i < 40; i++) yield half
        if (fails) throw failure
      } finally {
        states.push('closed')
      }
    }
    const params = { recipient: ours.recipient, sizeBytes: 100 * BATCH, blindSecret: randomBlindSecret() }
    const failing = await sealer.seal(source(true), params)
    expect(states).toEqual([])
    await expect(readAll(failing.data)).rejects.toBe(failure)
    const left = await sealer.seal(source(false), params)
    for await (const _ of left.data) break
    expect(states).toEqual(['started', 'closed', 'started', 'closed'])
  })

  it('works on many at once with the memory of a few, and none waits for one that stalls', async () => {
    let release = () => {}
    const stall = new Promise<void>((resolve) => {
      release = resolve
    })
    const plain = patternOf(4 * BATCH)
    async function* stalling() {
      yield plain.subarray(0, 3 * BATCH + 1_000)
      await stall
      yield plain.subarray(3 * BATCH + 1_000)
    }
    const params = { recipient: ours.recipient, sizeBytes: plain.length, blindSecret: randomBlindSecret() }
    const stalled = await Promise.all(Array.from({ length: 20 }, () => sealer.seal(stalling(), params)))
    const reading = stalled.map(({ data }) => readAll(data))
    await Promise.all(reading.map((_, i) => (i < 5 ? seal(plain) : undefined)))
    release()
    expect((await Promise.all(reading)).every((data) => data.length > plain.length)).toBe(true)
  })

  it('holds nothing for what ends in the middle of a batch, however it ends', async () => {
    const threads = new AssetThreads()
    const own = new AssetSealer(threads)
    const size = 4 * BATCH
    const params = { recipient: ours.recipient, sizeBytes: size, blindSecret: randomBlindSecret() }
    let goOn = () => {}
    const broken = [
      async function* cutOff() {
        yield patternOf(BATCH + 1_000)
        throw new Error('cut off')
      },
      async function* tooShort() {
        yield patternOf(2 * BATCH + 1_000)
      },
      async function* stalledWhenLeft() {
        yield patternOf(BATCH)
        yield patternOf(1_000)
        await new Promise<void>((resolve) => {
          goOn = resolve
        })
        yield patternOf(1_000)
      },
    ]
    for (const source of broken) {
      const { data } = await own.seal(source(), params)
      await expect(
        (async () => {
          for await (const _ of data) if (source === broken[2]) throw new Error('left')
        })(),
      ).rejects.toThrow()
    }
    const slots = () => {
      const taken: number[] = []
      for (;;) {
        const slot = threads.pool().acquireSpare()
        if (slot === undefined) break
        taken.push(slot)
      }
      for (const slot of taken) threads.pool().release(slot)
      return taken.length
    }
    const spare = slots()
    goOn()
    await new Promise((resolve) => setTimeout(resolve, 10))
    expect([spare, slots()]).toEqual([6, 6])
    await own.close()
  })

  it('ends what is under way when it is closed', async () => {
    const own = new AssetSealer()
    const params = { recipient: ours.recipient, sizeBytes: 20 * BATCH, blindSecret: randomBlindSecret() }
    const sealed = await own.seal(inPieces(patternOf(20 * BATCH), [BATCH]), params)
    const reading = (async () => {
      for await (const _ of sealed.data) await own.close()
    })()
    await expect(reading).rejects.toThrow('closed')
    // The next asset gets new threads.
    expect((await seal(patternOf(5 * BATCH), [BATCH], own)).digest.sizeBytes).toBe(5 * BATCH)
    await own.close()
  })
})
