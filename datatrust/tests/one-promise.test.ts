import { join } from 'node:path'
import { type Kind, type ListingId, type Policy, trainerDigest } from '@gristmill/protocol'
import { createExecutors, createTrainerExecutor, createWasmExecutor } from '@gristmill/runner'
import { type Client, createSessionKey } from '@gristmill/sdk'
import { BlobNotFoundError, BucketUnavailableError, DiskBlobStore } from '@gristmill/storage'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Server } from '../src/index.js'
import {
  buy,
  clientOf,
  download,
  makeCsv,
  PATIENCE_MS,
  policyFor,
  publish,
  random32,
  type Stage,
  setStage,
  sha256,
  startOn,
  until,
} from './_util.js'
import { constantModel } from './_wat.js'
import { WatchedBlobs } from './_watched-blobs.js'

describe('a promise about rows', () => {
  let stage: Stage
  let server: Server
  let watched: WatchedBlobs
  let maker: Client
  let other: Client
  let buyer: Client

  const module = constantModel()
  const algorithm = sha256(module)
  const trainer = trainerDigest('dp-linear-regression')
  const bounded = policyFor(algorithm)
  const noisy = policyFor(trainer, {
    algorithms: [{ digest: trainer, runtime: 'trainer', parameters: { lambdaMicros: { min: 100, max: 1_000 } } }],
    privacy: { mode: 'trusted-dp', epsilonMicros: 1_000_000, clipMicros: 1_000_000 },
    airlock: 'auto',
  })

  beforeAll(async () => {
    stage = await setStage()
    const executors = createExecutors([createWasmExecutor({ fuel: 50_000_000n }), createTrainerExecutor()])
    watched = new WatchedBlobs(await DiskBlobStore.open(join(stage.directory, 'blobs')))
    server = await startOn(stage, { executors, blobs: watched.store })
    const connect = (name: Parameters<typeof clientOf>[1]) =>
      clientOf(stage.localnet, name, server.url, { datatrustRetry: { maxFailures: 2 } })
    maker = await connect('maker')
    other = await connect('curator')
    buyer = await connect('buyer')
  }, 120_000)
  afterAll(async () => {
    await server?.close()
    await watched?.store.close()
    await stage?.close()
  })

  const filesOf = (content: Uint8Array) => [{ name: 'table.csv', sizeBytes: content.length }]
  const upload = (by: Client, content: Uint8Array) => by.listings.upload({ content, files: filesOf(content) })

  interface Wish {
    content: Uint8Array
    /** Of the content; default: a new one. */
    uploaded?: Awaited<ReturnType<typeof upload>>
    policy?: Policy | undefined
    services?: Kind[]
    salt?: ReturnType<typeof random32>
    by?: Client
  }
  async function attest({ content, uploaded, policy, services, salt = random32(), by = maker }: Wish) {
    const files = filesOf(content)
    const { attestation } = await by.listings.attest({
      upload: uploaded ?? (await upload(by, content)),
      market: stage.market,
      salt,
      services: services ?? [policy === undefined ? 'access' : 'compute'],
      metadata: { version: 1, name: 'Table', license: 'CC0-1.0', files },
      ...(policy && { policy }),
    })
    return attestation
  }
  const conflict = (details: object) => ({ code: 'PRIVACY_CONFLICT', details: expect.objectContaining(details) })
  const open = (content: Uint8Array, policy?: Policy) =>
    publish(maker, stage.market, { content, ...(policy && { policy }) })

  it.each<[string, Policy | undefined, Policy | undefined]>([
    ['an epsilon, while runs of the bytes have none', bounded, noisy],
    ['an epsilon, while the bytes are sold', undefined, noisy],
    ['runs without an epsilon, while the bytes are promised one', noisy, bounded],
    ['the bytes, while they are promised an epsilon', noisy, undefined],
  ])('is not voided by another listing of the maker: attests not %s', async (_what, first, second) => {
    const content = makeCsv()
    const { listing } = await open(content, first)
    const mode = first?.privacy.mode ?? 'none'
    await expect(attest({ content, policy: second })).rejects.toMatchObject(conflict({ listing, mode }))
    // The control: bytes of the same number, and the same kind of promise.
    await attest({ content: makeSame(content), policy: second })
    await attest({ content, policy: first })
  })

  it('is not voided by its own listing', async () => {
    const services: Kind[] = ['access', 'compute']
    await expect(attest({ content: makeCsv(), policy: noisy, services })).rejects.toMatchObject({
      code: 'PRIVACY_CONFLICT',
      details: {},
    })
    await attest({ content: makeCsv(), policy: bounded, services })
  })

  it('is the affair of one maker: what others hold is told to nobody', async () => {
    const content = makeCsv()
    await open(content, noisy)
    await attest({ content, policy: bounded, by: other })
    await attest({ content, by: other })
  })

  it('is not told of by budgets or joint runs either, but of the same maker they know', async () => {
    const content = makeCsv()
    const { listing } = await open(content, bounded)
    const guess = (await publish(other, stage.market, { content, policy: bounded })).listing
    const twin = (await open(content, bounded)).listing
    const leftOf = async (id: ListingId) => (await buyer.listings.budget({ listing: id })).left.bits
    const { bits } = bounded.budget
    await run(listing)
    await until(async () => (await leftOf(listing)) < bits)
    expect(await leftOf(twin)).toBe(await leftOf(listing))
    expect(await leftOf(guess)).toBe(bits)
    const { address: ackKey } = createSessionKey()
    const together = (listings: ListingId[]) =>
      buyer.orders.quoteRun({ listings, algorithm, parameters: { rounds: 1 }, ackKey })
    await expect(together([listing, twin])).rejects.toMatchObject({ code: 'JOINT_LISTINGS' })
    expect((await together([listing, guess])).quotes).toHaveLength(2)
  })

  it('holds for what may be published any moment, until that is over; under one salt one listing is published', async () => {
    const content = makeCsv()
    const salt = random32()
    const { expiry } = await attest({ content, policy: bounded, salt })
    await expect(attest({ content, policy: noisy })).rejects.toMatchObject(conflict({ until: expiry }))
    await attest({ content, policy: noisy, salt })
    // Of an upload that nobody needed the hash of yet.
    const sold = makeCsv()
    const { expiry: end } = await attest({ content: sold })
    await expect(attest({ content: sold, policy: noisy })).rejects.toMatchObject(conflict({ until: end }))
    // Then it cannot be published any more, once the chain was read up to there.
    await pass(expiry)
    await until(async () => (await attest({ content, policy: noisy }).catch(() => undefined)) !== undefined)
  })
  const pass = async (moment: number) => stage.localnet.advance(moment + 1 - (await maker.chainTime()))

  it('is given to one of two that are asked for at once', async () => {
    const contents = Array.from({ length: 6 }, () => makeCsv())
    const wishes = await Promise.all(
      contents.map(async (content) => {
        const uploaded = await upload(maker, content)
        return [noisy, undefined].map((policy) => ({ content, uploaded, policy, salt: random32() }))
      }),
    )
    // What was looked at before is not looked at again: both come to be written down in the same moment.
    for (const index of [0, 1]) {
      let end = 0
      for (const two of wishes) {
        const { expiry } = await until(async () => attest(two[index]!))
        end = expiry
      }
      await pass(end)
    }
    for (const two of wishes) {
      const outcomes = await until(async () => {
        const both = await Promise.allSettled(two.map(attest))
        // Until the chain was read on, what is over keeps both back.
        return both.some(({ status }) => status === 'fulfilled') ? both : undefined
      })
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
      const [{ reason }] = outcomes.filter(({ status }) => status === 'rejected') as [PromiseRejectedResult]
      expect(reason).toMatchObject({ code: 'PRIVACY_CONFLICT' })
    }
  })

  it('can be made anew once the other listing is over, and says what was sold before', async () => {
    const content = makeCsv()
    const { listing } = await open(content, bounded)
    const { orderId, session } = await buy(buyer, listing)
    await download(buyer, { orderId, session })
    await run(listing)
    const { exitAt } = await maker.listings.exit({ listing })
    await expect
      .poll(() => attest({ content, policy: noisy }).catch((error: unknown) => error), { timeout: PATIENCE_MS })
      .toMatchObject(conflict({ listing, until: exitAt }))
    await pass(exitAt)
    const { toldBefore } = await attest({ content, policy: noisy })
    const bits = bounded.budget.bits / 10
    expect(toldBefore).toEqual({ downloads: 1, runs: 1, bits })
    // Of other bytes nothing was sold.
    expect((await attest({ content: makeSame(content), policy: noisy })).toldBefore).toBeUndefined()
  })

  it('is not held up by content that is damaged, whose rows are not sold any more should they be the same', async () => {
    // Of a size that no other test has: else its bytes were compared, and hashed, before.
    const content = makeCsv(230)
    const { listing } = await open(content)
    const key = watched.assets.at(-1)!
    const { orderId, session } = await buy(buyer, listing)
    await download(buyer, { orderId, session })
    // A store that is away for a moment is waited for.
    watched.faults.set(key, new BucketUnavailableError('it', 'GET', 'TIMEOUT', undefined))
    await expect(attest({ content, policy: noisy })).rejects.toMatchObject({ code: 'BUCKET_UNAVAILABLE' })
    watched.faults.set(key, new BlobNotFoundError(key))
    const promised = await attest({ content, policy: noisy })
    // What was sold may have been these rows.
    expect(promised.toldBefore).toEqual({ downloads: 1, runs: 0, bits: 0 })
    watched.faults.delete(key)
    const late = await buy(buyer, listing)
    await until(async () => (await buyer.orders.document({ orderId: late.orderId })).state === 'closed')
    await expect(attest({ content, policy: noisy })).rejects.toMatchObject(conflict({ listing }))
  })

  it('does not keep damaged content that turns out to be other rows from being sold once it is whole', async () => {
    // Of a size that no other test has: else its bytes were compared, and hashed, before.
    const content = makeCsv(260)
    const { listing } = await open(makeSame(content))
    const key = watched.assets.at(-1)!
    watched.faults.set(key, new BlobNotFoundError(key))
    await attest({ content, policy: noisy })
    watched.faults.delete(key)
    const { orderId, session } = await buy(buyer, listing)
    expect(await download(buyer, { orderId, session })).toEqual(Buffer.from(makeSame(content)))
  })

  async function run(listing: ListingId): Promise<void> {
    await buyer.orders.sendAlgorithm({ module })
    const session = createSessionKey()
    const parameters = { rounds: 1 }
    const quote = await buyer.orders.quote({ listing, kind: 'compute', algorithm, parameters, ackKey: session.address })
    const { orderId } = await buyer.orders.place({ quote, payment: 'permit' })
    // It counts from the moment that it is placed, whether it was charged yet or not.
    await until(async () => (await buyer.orders.document({ orderId })) !== undefined)
  }
})

/** A table of as many bytes as another one, one of them different. */
function makeSame(content: Uint8Array): Uint8Array {
  const text = new TextDecoder().decode(content)
  return new TextEncoder().encode(text.replace('\n0,', '\n1,'))
}
