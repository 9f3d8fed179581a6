import fc from 'fast-check'
import { createMessage, encrypt, enums, readKey, readPrivateKey } from 'openpgp'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  concatSources,
  MAX_SEIPD_V1_BYTES,
  MalformedMessageError,
  MessageError,
  MessageTooLargeError,
  openBytes,
  openMessage,
  readAll,
  sealBytes,
  splitMessage,
  TamperedMessageError,
  TruncatedMessageError,
  UnsupportedMessageError,
  UseGpgError,
  WrongKeyError,
} from '../src/index.js'
import { MessageIntake } from '../src/message-intake.js'
import { inPieces, makeLegacyParty, makeParty, type Party, patternOf } from './_util.js'

let ours: Party
let other: Party
let legacy: Party
beforeAll(async () => {
  ours = await makeParty('Buyer')
  other = await makeParty('Stranger')
  legacy = await makeLegacyParty('Old buyer')
})

const FINGERPRINT_BYTES = 32
const LARGE = 600_000

/** A padding packet, which the library skips but does not write. */
class Padding {
  static readonly tag = 21
  readonly #sizeBytes: number

  constructor(sizeBytes: number) {
    this.#sizeBytes = sizeBytes
  }

  write(): Uint8Array {
    return new Uint8Array(this.#sizeBytes)
  }
}

/** What a reader got before the throw, and the throw. */
async function openHostile(message: Uint8Array, { key }: Party, maxBytes: number) {
  let receivedBytes = 0
  try {
    for await (const chunk of openMessage(inPieces(message, [65_536]), key, { maxBytes })) receivedBytes += chunk.length
    return { receivedBytes, error: null }
  } catch (error) {
    return { receivedBytes, error }
  }
}

describe('an altered message', () => {
  it('is refused whichever of its bytes was changed, but for those that name its key', async () => {
    for (const party of [ours, legacy]) {
      const message = await sealBytes(patternOf(40), party)
      const { keyPackets } = await splitMessage(inPieces(message, [500]))
      expect(await openHostile(message, party, 40)).toEqual({ receivedBytes: 40, error: null })
      let unnoticed = 0
      for (let at = 0; at < message.length; at++) {
        const altered = message.slice()
        altered[at]! ^= 1 << (at % 8)
        const { error } = await openHostile(altered, party, 40)
        if (error === null) {
          // Which key a key packet is for is only a hint: the content is the same, and authentic.
          expect(at, 'a byte of the data').toBeLessThan(keyPackets.length)
          expect(await openBytes(altered, party.key, { maxBytes: 40 })).toEqual(patternOf(40))
          unnoticed += 1
        } else {
          expect(error, `byte ${at}`).toBeInstanceOf(MessageError)
        }
      }
      expect(unnoticed).toBeLessThanOrEqual(FINGERPRINT_BYTES)
    }
  })

  it('is refused at any byte of any chunk, and gives out only whole authentic chunks before', async () => {
    const plain = patternOf(LARGE)
    const message = await sealBytes(plain, ours)
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 200, max: message.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        async (at, flip) => {
          const altered = message.slice()
          altered[at]! ^= flip
          const { error } = await openHostile(altered, ours, LARGE)
          expect(error).toBeInstanceOf(MessageError)
        },
      ),
      { numRuns: 30 },
    )
  })

  it('is refused when cut anywhere, without a byte of doubt', async () => {
    for (const party of [ours, legacy]) {
      const message = await sealBytes(patternOf(LARGE), party)
      await fc.assert(
        fc.asyncProperty(fc.nat(message.length - 1), async (length) => {
          const { error } = await openHostile(message.subarray(0, length), party, LARGE)
          expect(error).toBeInstanceOf(TruncatedMessageError)
        }),
        {
          numRuns: 25,
          examples: [[0], [1], [100], [message.length - 1], [message.length - 16], [message.length - 17]],
        },
      )
    }
  })

  it('is refused with anything behind it', async () => {
    const message = await sealBytes(patternOf(LARGE), ours)
    const padding = Uint8Array.of(0xd5, 1, 0)
    for (const tail of [Uint8Array.of(0), padding, message]) {
      const { error } = await openHostile(new Uint8Array(Buffer.concat([message, tail])), ours, LARGE)
      expect(error).toBeInstanceOf(MalformedMessageError)
    }
  })

  it('is refused with the data of another message behind its key packets', async () => {
    const split = async (bytes: Uint8Array) => splitMessage(inPieces(bytes, [500]))
    const [one, two] = [
      await split(await sealBytes(patternOf(50), ours)),
      await split(await sealBytes(patternOf(50), ours)),
    ]
    const spliced = concatSources(one.keyPackets, two.data)
    await expect(readAll(openMessage(spliced, ours.key, { maxBytes: 50 }))).rejects.toBeInstanceOf(TamperedMessageError)
  })

  it('is refused with its chunks in another order, or one missing', async () => {
    const message = await sealBytes(new Uint8Array(5 * 262_144), ours)
    const chunkBytes = 262_144 + 16
    // Partial lengths lie between the chunks, so whole ranges of ciphertext change places here, lengths kept.
    const swapped = message.slice()
    swapped.set(message.subarray(300_000, 300_000 + chunkBytes), 300_000 + chunkBytes)
    swapped.set(message.subarray(300_000 + chunkBytes, 300_000 + 2 * chunkBytes), 300_000)
    const { error } = await openHostile(swapped, ours, 5 * 262_144)
    expect(error).toBeInstanceOf(MessageError)
  })
})

describe('a message for somebody else', () => {
  it('is a wrong key, for either format', async () => {
    for (const party of [ours, legacy]) {
      const message = await sealBytes(patternOf(10), party)
      await expect(openBytes(message, other.key, { maxBytes: 10 })).rejects.toBeInstanceOf(WrongKeyError)
    }
  })
})

describe('a message that is more than was agreed to', () => {
  it('is refused above maxBytes, and taken at maxBytes', async () => {
    for (const party of [ours, legacy]) {
      const message = await sealBytes(patternOf(5000), party)
      expect(await openBytes(message, party.key, { maxBytes: 5000 })).toHaveLength(5000)
      await expect(openBytes(message, party.key, { maxBytes: 4999 })).rejects.toBeInstanceOf(MessageTooLargeError)
    }
  })

  it('is not read on once it is too large', async () => {
    const message = await sealBytes(new Uint8Array(20_000_000), ours)
    let readBytes = 0
    async function* counted() {
      for await (const piece of inPieces(message, [65_536])) {
        readBytes += piece.length
        yield piece
      }
    }
    await expect(readAll(openMessage(counted(), ours.key, { maxBytes: 1000 }))).rejects.toBeInstanceOf(
      MessageTooLargeError,
    )
    expect(readBytes).toBeLessThan(10_000_000)
  })

  it('is left to gpg when it is SEIPDv1 above what can be held', async () => {
    const piece = new Uint8Array(1024 * 1024).fill(0xd2)
    async function* source() {
      yield Uint8Array.of(0xd2, 255, 0xff, 0xff, 0xff, 0xff, 1)
      for (;;) yield piece
    }
    const intake = new MessageIntake(source(), { sealing: 'seipd-v1', chunkBytes: 0 }, 2 ** 40)
    let takenBytes = 0
    const taking = (async () => {
      for await (const chunk of intake) takenBytes += chunk.length
    })()
    await expect(taking).rejects.toBeInstanceOf(UseGpgError)
    expect(takenBytes).toBeLessThanOrEqual(MAX_SEIPD_V1_BYTES + 2 * piece.length)
  })
})

describe('a message of another kind', () => {
  const encryptFor = async (
    party: Party,
    plain: Uint8Array,
    options: object,
    literal = createMessage({ binary: plain }),
  ) =>
    (await encrypt({
      message: await literal,
      encryptionKeys: await readKey({ armoredKey: party.armoredPublic }),
      format: 'binary',
      ...options,
    })) as Uint8Array

  it('is refused when compressed, without unpacking the bomb', async () => {
    for (const party of [ours, legacy]) {
      for (const size of [10, 50_000_000]) {
        const literal = createMessage({ binary: new Uint8Array(size) })
        const compressed = (await literal) as unknown as { compress(algorithm: number): typeof literal }
        const bomb = await encryptFor(party, new Uint8Array(), {}, compressed.compress(enums.compression.zlib))
        expect(bomb.length).toBeLessThan(200_000)
        const { error } = await openHostile(bomb, party, 100_000_000)
        expect(error).toBeInstanceOf(UnsupportedMessageError)
      }
    }
  })

  it('is refused when signed inline, under a password, or not encrypted', async () => {
    const signingKeys = await readPrivateKey({ armoredKey: other.armoredPrivate })
    const signed = await encryptFor(ours, patternOf(10), { signingKeys })
    const password = (await encrypt({
      message: await createMessage({ binary: patternOf(10) }),
      passwords: 'secret',
      format: 'binary',
    })) as Uint8Array
    const plain = (await createMessage({ binary: patternOf(10) })).write() as Uint8Array
    for (const message of [signed, password, plain]) {
      expect((await openHostile(message, ours, 1000)).error).toBeInstanceOf(UnsupportedMessageError)
    }
  })

  it('is refused when it hides long packets before or after its content, which would be held in memory', async () => {
    const withPadding = async (before: number, after: number) => {
      const message = await createMessage({ binary: patternOf(50) })
      message.packets.unshift(new Padding(before) as never)
      message.packets.push(new Padding(after) as never)
      return encryptFor(ours, new Uint8Array(), {}, Promise.resolve(message))
    }
    expect(await openHostile(await withPadding(1000, 1000), ours, 100_000_000)).toEqual({
      receivedBytes: 50,
      error: null,
    })
    for (const [before, after] of [
      [40_000_000, 1],
      [1, 40_000_000],
    ] as const) {
      const { error } = await openHostile(await withPadding(before, after), ours, 100_000_000)
      expect(error).toBeInstanceOf(UnsupportedMessageError)
    }
  })

  it('is refused when it is sealed with another cipher or larger chunks', async () => {
    const message = await sealBytes(patternOf(10), ours)
    const { keyPackets } = await splitMessage(inPieces(message, [500]))
    const at = keyPackets.length + 2
    for (const [offset, value] of [
      [1, 7],
      [2, 2],
      [3, 17],
    ] as const) {
      const altered = message.slice()
      altered[at + offset] = value
      expect((await openHostile(altered, ours, 10)).error).toBeInstanceOf(UnsupportedMessageError)
    }
  })

  it('is refused when its key packets are too many, too large or endless', async () => {
    const message = await sealBytes(patternOf(10), ours)
    const { keyPackets } = await splitMessage(inPieces(message, [500]))
    const many = Array.from({ length: 33 }, () => keyPackets)
    const data = message.subarray(keyPackets.length)
    const large = Uint8Array.of(0xc1, 255, 0, 2, 0, 0)
    for (const head of [Buffer.concat(many), large, Uint8Array.of(0xc1, 255, 0xff, 0xff, 0xff, 0xff)]) {
      const { error } = await openHostile(new Uint8Array(Buffer.concat([head, data])), ours, 10)
      expect(error).toBeInstanceOf(MalformedMessageError)
    }
  })

  it('is refused when it is noise', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (noise) => {
        expect((await openHostile(noise, ours, 1000)).error).toBeInstanceOf(MessageError)
      }),
      { numRuns: 300 },
    )
  })
})
