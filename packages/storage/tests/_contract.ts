import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  BadBlobKeyError,
  BlobExistsError,
  BlobNotFoundError,
  BlobRangeError,
  type BlobStore,
  BlobTooLargeError,
  BlobTruncatedError,
  StorageParameterError,
} from '../src/index.js'
import { bytesOf, collect, patternOf } from './_util.js'

const sha256 = (bytes: Uint8Array) => `0x${createHash('sha256').update(bytes).digest('hex')}`

/** How often it is tried; less where every request goes to another process. */
export interface Effort {
  ranges: number
  writers: number
  keys: number
}

const THOROUGH: Effort = { ranges: 25, writers: 20, keys: 30 }

/** What every blob store keeps to; `openStore` gives an empty one. */
export function describeBlobStore(
  name: string,
  openStore: () => Promise<{ store: BlobStore }>,
  { ranges, writers: count, keys: numbered }: Effort = THOROUGH,
): void {
  describe(`${name}:`, () => {
    describe('put', () => {
      it('stores what it was given and says its size', async () => {
        const { store } = await openStore()
        const result = await store.put('assets/one', bytesOf(600_000), { maxBytes: 600_000, expectedBytes: 600_000 })
        expect(result).toEqual({ sizeBytes: 600_000 })
        const reading = await store.open('assets/one')
        expect(reading.sizeBytes).toBe(600_000)
        expect(await collect(reading)).toEqual(patternOf(0, 600_000))
      })

      it('keeps a blob and a directory of the same name apart', async () => {
        const { store } = await openStore()
        await store.put('a', bytesOf(1), { maxBytes: 10 })
        await store.put('a/b', bytesOf(2), { maxBytes: 10 })
        expect(await store.stat('a')).toMatchObject({ sizeBytes: 1 })
        expect(await store.stat('a/b')).toMatchObject({ sizeBytes: 2 })
      })

      it('takes the same content twice, and refuses other content', async () => {
        const { store } = await openStore()
        const first = await store.put('a', bytesOf(5000), { maxBytes: 5000 })
        expect(await store.put('a', bytesOf(5000, 77), { maxBytes: 5000 })).toEqual(first)
        await expect(store.put('a', bytesOf(4999), { maxBytes: 5000 })).rejects.toBeInstanceOf(BlobExistsError)
        expect(await collect(await store.open('a'))).toEqual(patternOf(0, 5000))
      })

      it('lets one of many concurrent writers of a key win, whole', async () => {
        const { store } = await openStore()
        const writers = Array.from({ length: count }, (_, i) =>
          store.put('a', bytesOf(1000 + i, 100), { maxBytes: 9999 }),
        )
        const outcomes = await Promise.allSettled(writers)
        expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
        const { sizeBytes } = await store.stat('a')
        expect(await collect(await store.open('a'))).toEqual(patternOf(0, sizeBytes))
      })

      it('leaves nothing of a source that is too large, too small or fails', async () => {
        const { store } = await openStore()
        const failure = Object.assign(new Error('the client left'), { code: 'ECONNRESET' })
        async function* failing() {
          yield* bytesOf(3000)
          throw failure
        }
        const put = (source: AsyncIterable<Uint8Array>, params: { maxBytes: number; expectedBytes?: number }) =>
          store.put('x/y', source, params)

        await expect(put(bytesOf(5001), { maxBytes: 5000 })).rejects.toBeInstanceOf(BlobTooLargeError)
        await expect(put(bytesOf(101), { maxBytes: 5000, expectedBytes: 100 })).rejects.toBeInstanceOf(
          BlobTooLargeError,
        )
        await expect(put(bytesOf(99), { maxBytes: 5000, expectedBytes: 100 })).rejects.toBeInstanceOf(
          BlobTruncatedError,
        )
        await expect(put(failing(), { maxBytes: 5000 })).rejects.toBe(failure)
        await expect(store.stat('x/y')).rejects.toBeInstanceOf(BlobNotFoundError)
      })

      it('stops reading an endless source, and reads nothing of one that is announced too large', async () => {
        const { store } = await openStore()
        let sentBytes = 0
        async function* endless() {
          for (;;) {
            sentBytes += 1000
            yield new Uint8Array(1000)
          }
        }
        await expect(store.put('a', endless(), { maxBytes: 10, expectedBytes: 11 })).rejects.toBeInstanceOf(
          BlobTooLargeError,
        )
        expect(sentBytes).toBe(0)
        await expect(store.put('a', endless(), { maxBytes: 10_000 })).rejects.toBeInstanceOf(BlobTooLargeError)
        expect(sentBytes).toBe(11_000)
      })

      it.each([-1, 1.5, Number.NaN, 2 ** 53])('refuses a limit of %d bytes', async (maxBytes) => {
        const { store } = await openStore()
        await expect(store.put('a', bytesOf(1), { maxBytes })).rejects.toBeInstanceOf(StorageParameterError)
      })
    })

    describe('open', () => {
      it('reads any range, exactly', async () => {
        const { store } = await openStore()
        await store.put('a', bytesOf(300_000), { maxBytes: 300_000 })
        await fc.assert(
          fc.asyncProperty(fc.nat(300_000), fc.nat(300_000), async (a, b) => {
            const [start, end] = [Math.min(a, b), Math.max(a, b)]
            const reading = await store.open('a', { start, end })
            expect([reading.start, reading.end, reading.sizeBytes]).toEqual([start, end, 300_000])
            expect(sha256(await collect(reading))).toBe(sha256(patternOf(start, end - start)))
          }),
          { numRuns: ranges },
        )
      })

      it.each([{ start: -1 }, { end: 11 }, { start: 5, end: 4 }, { start: 11 }, { start: 0.5 }, { end: Number.NaN }])(
        'refuses the range %j of ten bytes',
        async (range) => {
          const { store } = await openStore()
          await store.put('a', bytesOf(10), { maxBytes: 10 })
          await expect(store.open('a', range)).rejects.toBeInstanceOf(BlobRangeError)
        },
      )
    })

    describe('delete', () => {
      it('removes a blob and takes one that is not there as done', async () => {
        const { store } = await openStore()
        await store.put('a/b', bytesOf(1), { maxBytes: 1 })
        await store.delete('a/b')
        await store.delete('a/b')
        await store.delete('no/such/directory')
        await expect(store.open('a/b')).rejects.toBeInstanceOf(BlobNotFoundError)
      })
    })

    describe('list', () => {
      it('gives all keys with a prefix, in order, a page at a time', async () => {
        const { store } = await openStore()
        const keys = [
          'a',
          'a-b',
          'a/b',
          'a/b/c',
          'a0',
          'ab/c',
          'b',
          ...Array.from({ length: numbered }, (_, i) => `p/${i}`),
        ]
        for (const key of keys) await store.put(key, bytesOf(1), { maxBytes: 1 })
        const all = async (prefix: string, limit: number) => {
          const found: string[] = []
          for (let after: string | null = ''; after !== null; ) {
            const page = await store.list(prefix, { limit, after })
            expect(page.keys.length).toBeLessThanOrEqual(limit)
            found.push(...page.keys)
            after = page.next
          }
          return found
        }
        for (const prefix of ['', 'a', 'a/', 'a/b', 'p/1', 'zzz', 'a/b/c/d']) {
          const expected = keys.filter((key) => key.startsWith(prefix)).sort()
          expect(await all(prefix, 1000)).toEqual(expected)
          expect(await all(prefix, 4)).toEqual(expected)
        }
      })

      it.each([0, -1, 1001, 1.5, Number.NaN])('refuses pages of %d keys', async (limit) => {
        const { store } = await openStore()
        await expect(store.list('', { limit })).rejects.toBeInstanceOf(StorageParameterError)
      })
    })

    describe('a hostile key', () => {
      it('is refused as a key before the disk is touched', async () => {
        const { store } = await openStore()
        for (const key of ['../x', 'a/../../x', '/etc/passwd', 'incoming/../x', 'a\0b']) {
          await expect(store.put(key, bytesOf(1), { maxBytes: 1 })).rejects.toBeInstanceOf(BadBlobKeyError)
          await expect(store.open(key)).rejects.toBeInstanceOf(BadBlobKeyError)
          await expect(store.stat(key)).rejects.toBeInstanceOf(BadBlobKeyError)
          await expect(store.delete(key)).rejects.toBeInstanceOf(BadBlobKeyError)
          await expect(store.list(key)).rejects.toBeInstanceOf(BadBlobKeyError)
        }
      })
    })
  })
}
