import { type Hex, type OrderId, orderIdOf } from '@gristmill/protocol'
import { type Client, createSessionKey } from '@gristmill/sdk'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bring, endings, list, JOURNEY_PARAMS as params, requireEqual, waitFor, withKey } from './_journeys.js'
import { audit, inDepth, Lives, type NamedPoint, point } from './_lives.js'
import { clientOf, makeCsv, type Stage, setStage, sha256 } from './_util.js'
import { constantModel } from './_wat.js'

/** Each where something was done for one of two orders, and not for the other. */
const POINTS: readonly NamedPoint[] = [
  point('charge: one of two budgets', 'after', 'insert ledger'),
  ...inDepth('model: stored for one order', 'after', 'put messages'),
  ...inDepth('results: one of two rows', 'after', 'update orders'),
  ...inDepth('approval: one of two owners', 'after', 'insert decisions'),
  ...inDepth('release: one of two orders', 'after', 'update orders'),
  ...inDepth('acknowledgement: one of two', 'after', 'update orders'),
  point('keys: one of two revealed', 'before', 'reveal', 2),
]

describe('a datatrust that is killed while it serves a joint run', () => {
  let stage: Stage
  beforeAll(async () => {
    stage = await setStage()
  }, 120_000)
  afterAll(() => stage?.close())

  it(`at any of ${POINTS.length} points charges, releases and reveals for both orders, once`, async () => {
    await using lives = new Lives(stage, POINTS, { params })
    const module = constantModel()
    const { algorithm } = await lives.step('algorithm', ({ buyer }) => buyer.orders.sendAlgorithm({ module }))
    const listed = [await list(lives, stage, makeCsv(), algorithm), await list(lives, stage, makeCsv(), algorithm)]
    const session = createSessionKey()
    const listings = listed.map(({ listing }) => listing)
    const wish = { listings, algorithm, parameters: { rounds: 1 }, ackKey: session.address }
    const { quotes } = await lives.step('quotes', ({ buyer }) => buyer.orders.quoteRun(wish))
    const orderIds = quotes.map(({ deal }) => orderIdOf(deal.listing, deal.buyer, deal.n))
    await lives.step('place', async ({ buyer }) => {
      if ((await buyer.orders.status({ orderId: orderIds[0] as OrderId })).status === 'none')
        await buyer.orders.placeMany({ quotes, payment: 'permit' })
    })
    let releasedHash: Hex | undefined
    for (const orderId of orderIds) {
      const pending = await lives.poll('run', async ({ maker }) =>
        (await maker.listings.approvals()).find((one) => one.orderId === orderId),
      )
      const decision = { orderId, releasedHash: pending.releasedHash, approved: true }
      await lives.step('approval', ({ maker }) => maker.listings.decide(decision))
      lives.acknowledge('the decision', ({ maker }) => maker.listings.decide(decision))
      releasedHash = pending.releasedHash
    }
    for (const orderId of orderIds) await lives.step('release', ({ buyer }) => waitFor(buyer, { orderId, session }))
    await lives.step('collection', async ({ buyer }) => {
      await bring(lives, stage)
      requireEqual(sha256(await model(buyer)), releasedHash)
    })
    const buyer = await clientOf(stage.localnet, 'buyer')
    expect(lives.left).toEqual([])
    expect(lives.deaths.map((death) => death.point)).toEqual(POINTS.map(({ name }) => name))
    await lives.end()
    for (const orderId of orderIds) expect(await endings(buyer, orderId)).toEqual(['placed', 'revealed'])
    const { blobs, referred, charges, hasLeftovers } = await audit(stage)
    expect(blobs).toEqual(referred)
    expect(charges.toSorted()).toEqual(orderIds.toSorted())
    expect(hasLeftovers).toBe(false)

    function model(sponsor: Client): Promise<Uint8Array> {
      const collect = { orderIds, session, keyTimeoutMs: 1_000, pollMs: 50 }
      return withKey(sponsor, orderIds[0] as OrderId, async () => (await sponsor.orders.collectRun(collect)).model)
    }
  }, 400_000)
})
