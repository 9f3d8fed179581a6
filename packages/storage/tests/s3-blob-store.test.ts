import { ListMultipartUploadsCommand, type S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, onTestFinished } from 'vitest'
import {
  BlobNotFoundError,
  type BlobStore,
  BucketRefusedError,
  BucketUnavailableError,
  StorageClosedError,
  StorageParameterError,
} from '../src/index.js'
import { createS3Client, type OpenS3Params, S3BlobStore } from '../src/s3.js'
import { describeBlobStore } from './_contract.js'
import { type FaultyProxy, startFaultyProxy } from './_faulty-proxy.js'
import { collect } from './_util.js'

const MIB = 1_048_576
const PART = 5 * MIB
const isDeep = process.env.GRISTMILL_DEEP === '1'

const swift = inject('s3Server')!

describe.skipIf(swift === undefined)('a bucket', () => {
  let proxy: FaultyProxy
  let client: S3Client
  let stores = 0
  const paramsOf = (more: Partial<OpenS3Params> = {}): OpenS3Params => ({
    endpoint: swift.endpoint,
    region: 'us-east-1',
    bucket: 'blobs',
    credentials: swift,
    partBytes: PART,
    ...more,
  })
  const openStore = async (more: Partial<OpenS3Params> = {}): Promise<{ store: BlobStore; params: OpenS3Params }> => {
    stores += 1
    const params = paramsOf({ prefix: `store-${stores}/`, ...more })
    const store = await S3BlobStore.open(params)
    onTestFinished(() => store.close())
    return { store, params }
  }
  /** Bytes that depend on their position, cheap to make. */
  const content = (sizeBytes: number): Buffer => {
    const bytes = Buffer.alloc(sizeBytes, 'gristmill')
    for (let at = 0; at + 6 < sizeBytes; at += 4096) bytes.writeUIntBE(at, at, 6)
    return bytes
  }
  async function* pieces(bytes: Buffer, ...failure: Error[]) {
    for (let at = 0; at < bytes.length; at += 300_000) yield bytes.subarray(at, at + 300_000)
    if (failure[0] !== undefined) throw failure[0]
  }
  const uploadsOf = async (prefix: string) =>
    (await client.send(new ListMultipartUploadsCommand({ Bucket: 'blobs', Prefix: prefix }))).Uploads ?? []
  const equals = async (source: AsyncIterable<Uint8Array>, bytes: Buffer) => bytes.equals(await collect(source))

  beforeAll(async () => {
    proxy = await startFaultyProxy(swift.endpoint)
    client = createS3Client(paramsOf())
  }, 120_000)
  beforeEach(() => {
    proxy.faultOf = () => undefined
    proxy.requests.length = 0
  })
  afterAll(async () => {
    client?.destroy()
    await proxy?.close()
  })

  describeBlobStore('on a real S3 server', () => openStore(), isDeep ? undefined : { ranges: 4, writers: 4, keys: 4 })

  it('is refused, with why, where it is not there, or not ours', async () => {
    await expect(S3BlobStore.open(paramsOf({ bucket: 'nowhere' }))).rejects.toMatchObject({ code: 'BUCKET_REFUSED' })
    const credentials = { accessKeyId: swift.accessKeyId, secretAccessKey: 'of somebody else' }
    const refused = await S3BlobStore.open(paramsOf({ credentials })).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(BucketRefusedError)
    expect(String(refused) + JSON.stringify(refused)).not.toContain('of somebody else')
    await expect(S3BlobStore.open(paramsOf({ partBytes: PART - 1 }))).rejects.toBeInstanceOf(StorageParameterError)
    const unreachable = paramsOf({ endpoint: 'http://127.0.0.1:9', maxAttempts: 2 })
    await expect(S3BlobStore.open(unreachable)).rejects.toBeInstanceOf(BucketUnavailableError)
    const { store } = await openStore()
    await store.close()
    await expect(store.stat('a')).rejects.toBeInstanceOf(StorageClosedError)
  })

  it('takes what is larger than a part in parts, gives any range of it, and keeps one that is the same', async () => {
    const { store, params } = await openStore()
    const bytes = content(2 * PART + 1)
    expect(await store.put('big', pieces(bytes), { maxBytes: bytes.length })).toEqual({ sizeBytes: bytes.length })
    expect(await equals(await store.open('big'), bytes)).toBe(true)
    expect(
      await equals(await store.open('big', { start: PART - 1, end: PART + 1 }), bytes.subarray(PART - 1, PART + 1)),
    ).toBe(true)
    await store.put('big', pieces(bytes), { maxBytes: bytes.length })
    await expect(store.put('big', pieces(content(PART)), { maxBytes: PART })).rejects.toMatchObject({
      code: 'BLOB_EXISTS',
    })
    expect(await uploadsOf(params.prefix!)).toEqual([])
  })

  it.skipIf(!isDeep)('keeps nothing of a source that fails after some parts', async () => {
    const { store, params } = await openStore()
    const failure = new Error('the maker left')
    await expect(store.put('half', pieces(content(2 * PART), failure), { maxBytes: 1e9 })).rejects.toBe(failure)
    expect(await uploadsOf(params.prefix!)).toEqual([])
    await expect(store.stat('half')).rejects.toBeInstanceOf(BlobNotFoundError)
  })

  it('goes on with the parts that a crash left, and clears what nobody goes on with', async () => {
    const { store, params } = await openStore({ endpoint: proxy.url })
    const bytes = content(3 * PART + 5)
    // As a crash leaves it: two parts are there, the third never comes.
    proxy.faultOf = (method, path) => (method === 'PUT' && path.includes('partNumber=3') ? { status: 403 } : undefined)
    await expect(store.put('big', pieces(bytes), { maxBytes: 1e9 })).rejects.toMatchObject({ code: 'BUCKET_REFUSED' })
    await expect(store.put('other', pieces(bytes), { maxBytes: 1e9 })).rejects.toMatchObject({ code: 'BUCKET_REFUSED' })
    expect(await uploadsOf(params.prefix!)).toHaveLength(2)

    const again = await S3BlobStore.open(params)
    onTestFinished(() => again.close())
    proxy.faultOf = () => undefined
    proxy.requests.length = 0
    await again.put('big', pieces(bytes), { maxBytes: 1e9 })
    const sent = proxy.requests.filter((line) => line.startsWith('PUT') && line.includes('partNumber='))
    expect(sent.map((line) => /partNumber=(\d+)/.exec(line)?.[1])).toEqual(['3', '4'])
    expect(await equals(await again.open('big'), bytes)).toBe(true)

    const now = Math.floor(Date.now() / 1000)
    expect(await again.clearAbandoned(now - 3600)).toBe(0)
    expect(await again.clearAbandoned(now + 60)).toBe(1)
    expect(await uploadsOf(params.prefix!)).toEqual([])
  })

  it.skipIf(!isDeep)('does not take the parts of other content for its own', async () => {
    const { store } = await openStore({ endpoint: proxy.url })
    proxy.faultOf = (method, path) => (method === 'PUT' && path.includes('partNumber=2') ? { status: 403 } : undefined)
    await expect(store.put('big', pieces(content(2 * PART)), { maxBytes: 1e9 })).rejects.toBeInstanceOf(
      BucketRefusedError,
    )
    proxy.faultOf = () => undefined
    const other = Buffer.alloc(2 * PART, 'other')
    await store.put('big', pieces(other), { maxBytes: 1e9 })
    expect(await equals(await store.open('big'), other)).toBe(true)
  })

  describe('behind a faulty network', () => {
    const sometimes = (every: number, fault: { status: number }) => {
      let count = 0
      return () => {
        count += 1
        return count % every === 0 ? fault : undefined
      }
    }

    it('is asked again after a 500, and given up with a typed error after a few', async () => {
      const { store } = await openStore({ endpoint: proxy.url, maxAttempts: 3 })
      const bytes = content(1000)
      proxy.faultOf = sometimes(2, { status: 500 })
      await store.put('a', pieces(bytes), { maxBytes: 1000 })
      expect(await equals(await store.open('a'), bytes)).toBe(true)
      proxy.faultOf = () => ({ status: 503 })
      proxy.requests.length = 0
      await expect(store.open('a')).rejects.toBeInstanceOf(BucketUnavailableError)
      await expect(store.put('b', pieces(bytes), { maxBytes: 1000 })).rejects.toMatchObject({ retryable: true })
      expect(proxy.requests.length).toBe(6)
    })

    it('is read on from where an answer was cut or fell silent', async () => {
      const { store } = await openStore({ endpoint: proxy.url, timeoutMs: 500 })
      const bytes = content(2 * MIB)
      await store.put('a', pieces(bytes), { maxBytes: bytes.length })
      for (const fault of [{ cutAfter: 700_000 }, { stallAfter: 700_000 }]) {
        let isFaulty = true
        proxy.faultOf = (method) => {
          if (method !== 'GET' || !isFaulty) return undefined
          isFaulty = false
          return fault
        }
        proxy.requests.length = 0
        expect(await equals(await store.open('a'), bytes)).toBe(true)
        expect(proxy.requests.filter((line) => line.startsWith('GET'))).toHaveLength(2)
      }
      proxy.faultOf = (method) => (method === 'GET' ? { cutAfter: 0 } : undefined)
      await expect(collect(await store.open('a'))).rejects.toBeInstanceOf(BucketUnavailableError)
    })

    it('keeps no bytes that were changed on their way to it', async () => {
      const { store } = await openStore({ endpoint: proxy.url })
      const bytes = content(1000)
      let isFaulty = true
      proxy.faultOf = (method) => {
        if (method !== 'PUT' || !isFaulty) return undefined
        isFaulty = false
        return { flipRequestAt: 500 }
      }
      await store.put('a', pieces(bytes), { maxBytes: 1000 })
      expect(await equals(await store.open('a'), bytes)).toBe(true)
      proxy.faultOf = (method) => (method === 'PUT' ? { flipRequestAt: 500 } : undefined)
      await expect(store.put('b', pieces(bytes), { maxBytes: 1000 })).rejects.toBeInstanceOf(BucketRefusedError)
      await expect(store.stat('b')).rejects.toBeInstanceOf(BlobNotFoundError)
    })

    it.skipIf(!isDeep)('has a blob once, also when the answer that says so was lost', async () => {
      const { store } = await openStore({ endpoint: proxy.url })
      const bytes = content(PART + 1)
      let isFaulty = true
      proxy.faultOf = (method, path) => {
        if (method !== 'POST' || !path.includes('uploadId=') || !isFaulty) return undefined
        isFaulty = false
        return { loseAnswer: true }
      }
      await store.put('big', pieces(bytes), { maxBytes: 1e9 })
      expect(isFaulty).toBe(false)
      expect(await equals(await store.open('big'), bytes)).toBe(true)
    })
  })
})
