import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { messageOf, openBytes, openMessage, readAll, sealBytes, sealMessage, splitMessage } from '../src/index.js'
import { toReadable } from '../src/node.js'
import { inPieces, makeLegacyParty, makeParty, openWithLibrary, type Party, patternOf } from './_util.js'

let ours: Party
let legacy: Party
beforeAll(async () => {
  ours = await makeParty('Datatrust')
  legacy = await makeLegacyParty('Buyer')
})

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

describe('a sealed message', () => {
  it('opens to the same bytes, whatever the size and however it is cut', async () => {
    const sizes = fc.oneof(fc.integer({ min: 1, max: 3000 }), fc.constantFrom(262_143, 262_144, 262_145, 700_001))
    const cuts = fc.array(fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1000, max: 90_000 })), {
      minLength: 1,
      maxLength: 5,
    })
    await fc.assert(
      fc.asyncProperty(sizes, cuts, cuts, fc.boolean(), async (size, sealCuts, openCuts, isOurs) => {
        const to = isOurs ? ours : legacy
        const plain = patternOf(size)
        const sealed = await sealMessage(inPieces(plain, size > 9000 ? [...sealCuts, 60_000] : sealCuts), to)
        const message = await readAll(messageOf(sealed))
        const source = inPieces(message, size > 9000 ? [...openCuts, 60_000] : openCuts)
        const opened = await readAll(openMessage(source, to.key, { maxBytes: size }))
        expect(sha256(opened)).toBe(sha256(plain))
      }),
      { numRuns: 60 },
    )
  })

  it('is read by the OpenPGP library alone', async () => {
    const plain = patternOf(5000)
    for (const { recipient, armoredPrivate } of [ours, legacy]) {
      expect(await openWithLibrary(await sealBytes(plain, { recipient }), armoredPrivate)).toEqual(plain)
    }
  })

  it('has one data packet: SEIPDv2 with AES-256-GCM for our keys, SEIPDv1 for others', async () => {
    const headOf = async ({ recipient }: Party) => {
      const { data } = await splitMessage(inPieces(await sealBytes(patternOf(10), { recipient }), [7]))
      return [...(await readAll(data)).subarray(0, 5)]
    }
    const [tag, , ...v2] = await headOf(ours)
    expect([tag, ...v2]).toEqual([0xd2, 2, 9, 3])
    const [legacyTag, , version] = await headOf(legacy)
    expect([legacyTag, version]).toEqual([0xd2, 1])
  })

  it('is never twice the same', async () => {
    const [one, two] = await Promise.all([sealBytes(patternOf(100), ours), sealBytes(patternOf(100), ours)])
    expect(sha256(one)).not.toBe(sha256(two))
  })

  it('may be empty', async () => {
    expect(await openBytes(await sealBytes(new Uint8Array(), ours), ours.key, { maxBytes: 0 })).toEqual(
      new Uint8Array(),
    )
  })

  it('passes through a Node stream', async () => {
    const sealed = await sealMessage(toReadable(inPieces(patternOf(300_000), [1000])), ours)
    const opened = await readAll(openMessage(toReadable(messageOf(sealed)), ours.key, { maxBytes: 300_000 }))
    expect(sha256(opened)).toBe(sha256(patternOf(300_000)))
  })
})

describe('a source that fails', () => {
  async function* failing(failure: Error, bytes: Uint8Array) {
    yield bytes
    throw failure
  }

  it.each([10, 2_000_000])('after %d bytes ends sealing with its own error', async (size) => {
    const failure = new Error('the maker left')
    for (const { recipient } of [ours, legacy]) {
      const { data } = await sealMessage(failing(failure, patternOf(size)), { recipient })
      await expect(readAll(data)).rejects.toBe(failure)
    }
  })

  it.each([60, 190, 1_000_000])('after %d bytes ends opening with its own error', async (size) => {
    const failure = new Error('the connection broke')
    for (const { recipient, key } of [ours, legacy]) {
      const message = await sealBytes(patternOf(1_500_000), { recipient })
      const opening = readAll(openMessage(failing(failure, message.subarray(0, size)), key, { maxBytes: 1_500_000 }))
      await expect(opening).rejects.toBe(failure)
    }
  })
})

describe('a reader that leaves early', () => {
  it('closes the source of a sealing and of an opening', async () => {
    const closed: string[] = []
    async function* endless(name: string, bytes: AsyncIterable<Uint8Array>) {
      try {
        yield* bytes
      } finally {
        closed.push(name)
      }
    }
    const plain = patternOf(4_000_000)
    const { data } = await sealMessage(endless('seal', inPieces(plain, [50_000])), ours)
    for await (const _ of data) break
    const message = await sealBytes(plain, ours)
    const source = endless('open', inPieces(message, [50_000]))
    for await (const _ of openMessage(source, ours.key, { maxBytes: plain.length })) break
    await expect.poll(() => closed.sort()).toEqual(['open', 'seal'])
  })

  it('is not run ahead of: what is not asked for is not read', async () => {
    let readBytes = 0
    async function* counted() {
      for (let i = 0; i < 1000; i++) {
        readBytes += 64 * 1024
        yield new Uint8Array(64 * 1024)
      }
    }
    const { data } = await sealMessage(counted(), ours)
    for await (const _ of data) {
      await new Promise((resolve) => setTimeout(resolve, 50))
      break
    }
    expect(readBytes).toBeLessThan(32 * 1024 * 1024)
  })
})
