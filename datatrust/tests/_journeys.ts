import { randomBytes } from 'node:crypto'
import {
  type Address,
  type Hex,
  isProtocolError,
  type ListingId,
  listingIdOf,
  type OrderId,
  orderIdOf,
} from '@gristmill/protocol'
import { type Attested, type Client, createSessionKey, type SessionKey } from '@gristmill/sdk'
import { isError } from 'ethers'
import type { Lives, Parties } from './_lives.js'
import {
  ACCESS_PRICE,
  buyersKey,
  COMPUTE_PRICE,
  clientOf,
  download,
  downloadDirect,
  makeCsv,
  PATIENCE_MS,
  policyFor,
  random32,
  type Stage,
  sha256,
  walletOf,
} from './_util.js'
import { constantModel } from './_wat.js'

const POLL_MS = 50
/** Of waiting for an order, until its datatrust is asked whether it lives. */
const SLICE_MS = 1_000
const FULFIL_SECONDS = 600
/** How a datatrust is set for which the journeys are made. */
export const JOURNEY_PARAMS = {
  terms: { fulfilWithinSeconds: FULFIL_SECONDS },
  settlement: { waitSeconds: 0 },
} as const
/** Several chunks on every way that content takes. */
const CONTENT_BYTES = 1_500_000

/** What the chain says happened to an order. */
export async function endings(client: Client, orderId: OrderId): Promise<string[]> {
  const events = await client.orders.events({ fromBlock: 0, toBlock: 'latest', orderIds: [orderId] })
  return events.map(({ type }) => type)
}

interface Listed {
  listing: ListingId
  uploadId: Hex
}

/** Uploads, has attested and publishes; every step can be repeated. */
export async function list(
  lives: Lives,
  stage: Stage,
  content: Uint8Array,
  algorithm?: Hex,
  reviewers?: Address[],
): Promise<Listed> {
  const { market } = stage
  const [uploadId, salt] = [random32(), random32()]
  const files = [{ name: 'table.csv', sizeBytes: content.length }]
  const metadata = { name: 'Table', license: 'CC0-1.0' }
  const policy = algorithm === undefined ? {} : { policy: policyFor(algorithm, reviewers && { reviewers }) }
  const prices = algorithm === undefined ? { access: ACCESS_PRICE } : { compute: COMPUTE_PRICE }
  const services = Object.keys(prices) as (keyof typeof prices)[]

  const send = ({ maker }: Parties) => maker.listings.upload({ content, files, uploadId })
  const upload = await lives.step('upload', send)
  lives.acknowledge('the upload', async (parties) => requireEqual(await send(parties), upload))

  const wish = { upload, market, salt, services, metadata: { version: 1 as const, ...metadata, files }, ...policy }
  const attested = await lives.step('attestation', ({ maker }) => maker.listings.attest(wish))
  lives.acknowledge('the attestation', async ({ maker }) =>
    requireEqual(wordOf(await maker.listings.attest(wish)), wordOf(attested)),
  )

  const listing = listingIdOf(market, walletOf(stage.localnet, 'maker').address as Hex, salt)
  await lives.step('publish', ({ maker }) =>
    maker.listings.publish({ market, content, files, metadata, prices, payment: 'permit', uploadId, salt, ...policy }),
  )
  await lives.poll('adoption of the listing', ({ maker }) =>
    maker.listings.get({ listing }).catch((error: unknown) => {
      if (isProtocolError(error, 'LISTING_NOT_FOUND')) return undefined
      throw error
    }),
  )
  lives.acknowledge('the listing', ({ maker }) => maker.listings.get({ listing }))
  return { listing, uploadId }
}

/** Asks for a quote under a number of its own and places it, once. */
export async function order(
  lives: Lives,
  stage: Stage,
  wish: {
    listing: ListingId
    kind: 'access' | 'compute'
    algorithm?: Hex
    parameters?: Record<string, number>
    session?: SessionKey
  },
): Promise<OrderId> {
  const { publicKey: recipientPublicKey } = await buyersKey()
  const { session, ...asked } = wish
  const mode = session !== undefined ? { ackKey: session.address } : { recipientPublicKey }
  const direct = wish.kind === 'access' && session === undefined ? { direct: true as const } : {}
  const n = BigInt(`0x${randomBytes(8).toString('hex')}`)
  const orderId = orderIdOf(wish.listing, walletOf(stage.localnet, 'buyer').address as Hex, n)
  const quote = await lives.step('quote', ({ buyer }) => buyer.orders.quote({ ...asked, ...mode, ...direct, n }))
  lives.acknowledge('the quote', ({ buyer }) => buyer.orders.document({ orderId }))
  await lives.step('place', async ({ buyer }) => {
    if ((await buyer.orders.status({ orderId })).status === 'none')
      await buyer.orders.place({ quote, payment: 'permit' })
  })
  return orderId
}

/** Brings to the chain what a dying datatrust had only sent, unless its next life was there first. */
export async function bring(lives: Lives, { localnet }: Stage): Promise<void> {
  const { provider } = walletOf(localnet, 'stranger')
  for (const raw of lives.raws.splice(0)) {
    try {
      await (await provider?.broadcastTransaction(raw))?.wait()
    } catch (error) {
      if (!isError(error, 'NONCE_EXPIRED')) throw error
    }
  }
}

export interface Journey {
  orders: Record<OrderId, string[]>
  runs: OrderId[]
}

/** A dataset from upload to two direct deliveries and a fair one. */
export async function sell(lives: Lives, stage: Stage): Promise<Journey> {
  const content = randomBytes(CONTENT_BYTES)
  const { listing } = await list(lives, stage, content)
  const orders: Journey['orders'] = {}
  for (const _ of [1, 2]) {
    const orderId = await order(lives, stage, { listing, kind: 'access' })
    await lives.step('preparation', ({ buyer }) => waitFor(buyer, { orderId }, lives.patienceMs))
    const collect = async ({ buyer }: Parties) =>
      requireEqual(sha256(await downloadDirect(buyer, orderId)), sha256(content))
    await lives.step('delivery', async (parties) => {
      await bring(lives, stage)
      await collect(parties)
    })
    lives.acknowledge('the delivery', collect)
    orders[orderId] = ['placed', 'settled']
  }
  const session = createSessionKey()
  const orderId = await order(lives, stage, { listing, kind: 'access', session })
  await lives.step('preparation', ({ buyer }) => waitFor(buyer, { orderId, session }))
  const collect = async ({ buyer }: Parties) =>
    requireEqual(sha256(await fairly(buyer, orderId, session)), sha256(content))
  await lives.step('fair delivery', async (parties) => {
    await bring(lives, stage)
    await collect(parties)
  })
  lives.acknowledge('the fair delivery', collect)
  orders[orderId] = ['placed', 'revealed']
  return { orders, runs: [] }
}

function fairly(buyer: Client, orderId: OrderId, session: SessionKey): Promise<Uint8Array> {
  return withKey(buyer, orderId, () => download(buyer, { orderId, session, keyTimeoutMs: 500 }))
}

function fairModel(buyer: Client, orderId: OrderId, session: SessionKey): Promise<Uint8Array> {
  const params = { orderId, session, keyTimeoutMs: 500, pollMs: POLL_MS }
  return withKey(buyer, orderId, async () => (await buyer.orders.collectModel(params)).model)
}

/** Who waits for an order asks now and then whether its datatrust is still there. */
export async function waitFor(
  buyer: Client,
  order: { orderId: OrderId; session?: SessionKey },
  patienceMs = PATIENCE_MS,
): Promise<void> {
  const giveUpAt = Date.now() + patienceMs
  for (;;) {
    try {
      return void (await buyer.orders.wait({ ...order, pollMs: POLL_MS, timeoutMs: SLICE_MS }))
    } catch (error) {
      if (!isProtocolError(error, 'ORDER_WAIT_TIMEOUT') || Date.now() > giveUpAt) throw error
      await buyer.orders.document({ orderId: order.orderId })
    }
  }
}

/** Who waits for a key asks now and then whether its datatrust is still there. */
export async function withKey<T>(buyer: Client, orderId: OrderId, collect: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await collect()
    } catch (error) {
      if (!isProtocolError(error, 'ORDER_WAIT_TIMEOUT')) throw error
      await buyer.orders.document({ orderId })
    }
  }
}

/** A table from upload to a run that two approved, one that one rejected, one that one alone approved, and the settlement of the first two. */
export async function train(lives: Lives, stage: Stage): Promise<Journey> {
  const module = constantModel()
  const sendModule = ({ buyer }: Parties) => buyer.orders.sendAlgorithm({ module })
  const { algorithm } = await lives.poll('algorithm', (parties) =>
    sendModule(parties).catch((error: unknown) => {
      // A machine with much to do may take too long to prepare it.
      if (isProtocolError(error, 'ALGORITHM_REFUSED')) return undefined
      throw error
    }),
  )
  const reviewers = [stage.localnet.actors.maker.address, stage.localnet.actors.curator.address]
  const { listing } = await list(lives, stage, makeCsv(), algorithm, reviewers)
  const session = createSessionKey()
  const wish = { listing, kind: 'compute' as const, algorithm, parameters: { rounds: 1 }, session }
  const orders: Journey['orders'] = {}
  const runs: OrderId[] = []
  for (const approved of [true, false]) {
    const orderId = await order(lives, stage, wish)
    const { releasedHash } = await lives.poll('run', async ({ maker }) =>
      (await maker.listings.approvals()).find((pending) => pending.orderId === orderId),
    )
    const because = approved ? {} : { because: 'other' as const }
    const decide = async ({ maker, url }: Parties) => {
      const curator = await clientOf(stage.localnet, 'curator', url)
      for (const reviewer of approved ? [maker, curator] : [curator]) {
        await reviewer.listings.decide({ orderId, releasedHash, approved, ...because })
      }
    }
    await lives.step('approval', decide)
    lives.acknowledge('the decision', decide)
    await lives.step('fulfilment', async ({ buyer }) => {
      await bring(lives, stage)
      await waitFor(buyer, { orderId })
    })
    if (approved) {
      const collect = async ({ buyer }: Parties) =>
        requireEqual(sha256(await fairModel(buyer, orderId, session)), releasedHash)
      await lives.step('collection', async (parties) => {
        await bring(lives, stage)
        await collect(parties)
      })
      lives.acknowledge('the model', collect)
    }
    orders[orderId] = ['placed', approved ? 'revealed' : 'fulfilled', 'settled']
    runs.push(orderId)
  }
  const late = await order(lives, stage, wish)
  const { releasedHash } = await lives.poll('run', async ({ maker }) => (await maker.listings.approvals())[0])
  // The second approval never comes.
  await lives.step('approval', ({ maker }) => maker.listings.decide({ orderId: late, releasedHash, approved: true }))
  await stage.localnet.advance(FULFIL_SECONDS + 120)
  await lives.poll('expiry', async ({ buyer }) => (await buyer.orders.document({ orderId: late })).state === 'closed')
  await stage.localnet.advance(7_200)
  await lives.poll('settlement', async ({ buyer }) => {
    await bring(lives, stage)
    const documents = runs.map((orderId) => buyer.orders.document({ orderId }))
    const statuses = runs.map((orderId) => buyer.orders.status({ orderId }))
    await Promise.all(documents)
    return (await Promise.all(statuses)).every(({ status }) => status === 'settled')
  })
  await lives.step('refund', async ({ buyer }) => {
    if ((await buyer.orders.status({ orderId: late })).status === 'placed')
      await buyer.orders.refund({ orders: [late] })
  })
  orders[late] = ['placed', 'refunded']
  return { orders, runs: [...runs, late] }
}

/** What an attestation says. After its time the datatrust says the same until a later end. */
function wordOf({ attestation }: Attested): object {
  const { expiry: _, signature: __, ...word } = attestation
  return word
}

export function requireEqual(actual: unknown, expected: unknown): void {
  const [a, b] = [actual, expected].map((value) =>
    JSON.stringify(value, (_, v) => (typeof v === 'bigint' ? `${v}` : v)),
  )
  if (a !== b) throw new Error(`expected ${b}, got ${a}`)
}
