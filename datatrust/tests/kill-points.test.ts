import type { OrderId } from '@gristmill/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { endings, type Journey, sell, train } from './_journeys.js'
import { audit, Lives, type NamedPoint } from './_lives.js'
import { clientOf, type Stage, setStage } from './_util.js'

const FULFIL_SECONDS = 600

const isDeep = process.env.GRISTMILL_DEEP === '1'

interface Point extends NamedPoint {
  /** Tried in the deep tests only: close to another one. */
  deep?: true
}

const point = (name: string, moment: Point['moment'], call: string, nth = 1): Point => ({ name, moment, call, nth })
const deep = (...params: Parameters<typeof point>): Point => ({ ...point(...params), deep: true })
const tried = (points: readonly Point[]) => points.filter((one) => isDeep || one.deep !== true)

/** In the order in which one sale comes to them. */
const SALE: readonly Point[] = tried([
  point('first start: in the middle of a migration', 'before', 'create uploads'),
  deep('start: before the sweep of blobs', 'before', 'list'),
  deep('start: in the first round of the janitor', 'after', 'delete nonces'),
  point('request: nonce consumed, nothing done', 'after', 'insert nonces'),
  deep('announcement: before its row', 'before', 'insert uploads'),
  deep('announcement: row written, before the answer', 'after', 'insert uploads'),
  point('upload: in the middle of the content', 'during', 'put assets'),
  point('upload: content stored, before its row', 'after', 'put assets'),
  point('start: before an orphan of a crash is deleted', 'before', 'delete assets'),
  point('upload: row written, before the answer', 'after', 'update uploads'),
  deep('attestation: signed, before it is stored', 'before', 'insert attestations'),
  deep('attestation: stored, before the answer', 'after', 'insert attestations'),
  deep('listing: before the follower writes it', 'before', 'insert listings'),
  point('listing: written, before the cursor', 'after', 'insert listings'),
  deep('listing: in the middle of a later round of the follower', 'before', 'commit', 2),
  deep('quote: signed, before it is stored', 'before', 'insert quotes'),
  point('quote: stored, before the answer', 'after', 'insert quotes'),
  deep('order: adopted, before the cursor', 'after', 'insert orders'),
  deep('message: prepared, before its row', 'before', 'update orders'),
  deep('message: row written', 'after', 'update orders'),
  deep('delivery: before the order is to be marked', 'before', 'update orders'),
  point('delivery: to be marked, before the transaction', 'before', 'deliver'),
  point('delivery: mined, before its row', 'after', 'deliver'),
  deep('settlement: seen by the follower, before the cursor', 'after', 'update orders'),
  point('delivery: in the middle of the stream', 'during', 'read assets'),
  point('delivery: transaction sent, not mined', 'after', 'broadcast'),
])

/** In the order in which one table comes to them: a run that is approved, one that is rejected, one that is late. */
const RUN: readonly Point[] = tried([
  deep('algorithm: stored, before the answer', 'after', 'insert algorithms'),
  deep('charge: before it is written', 'before', 'insert ledger'),
  point('charge: written, before its commit', 'after', 'insert ledger'),
  deep('run: charged, before it begins', 'before', 'execute'),
  point('run: in the middle', 'during', 'execute'),
  deep('run: over, before its output is stored', 'after', 'execute'),
  deep('model: in the middle of the sealed bytes', 'during', 'put messages'),
  point('model: sealed and stored, before its row', 'after', 'put messages'),
  deep('run: row written, before the maker is told', 'after', 'update orders'),
  deep('approval: order moved, before the decision', 'before', 'insert decisions'),
  deep('approval: decision written, before its commit', 'after', 'insert decisions'),
  deep('fulfilment: decided, before the transaction', 'before', 'fulfil'),
  point('fulfilment: transaction sent, not mined', 'after', 'broadcast'),
  deep('collection: in the middle of the stream', 'during', 'read messages'),
  deep('rejection: decided, before the model is deleted', 'before', 'delete messages'),
  point('fulfilment: mined, before its row', 'after', 'fulfil'),
  deep('expiry: before the order is closed', 'before', 'update orders', 2),
])

describe('a datatrust that is killed', () => {
  let stage: Stage
  const journeys: Journey[] = []
  const params = { terms: { fulfilWithinSeconds: FULFIL_SECONDS } }

  beforeAll(async () => {
    stage = await setStage()
  }, 400_000)
  afterAll(() => stage?.close())

  async function surviveAll(points: readonly NamedPoint[], journey: (lives: Lives) => Promise<Journey>) {
    await using lives = new Lives(stage, points, { params })
    journeys.push(await journey(lives))
    expect(lives.left).toEqual([])
    expect(lives.deaths.map((death) => death.point)).toEqual(points.map(({ name }) => name))
    await lives.end()
    if (process.env.GRISTMILL_KILL_TABLE) console.table(lives.deaths)
  }

  it(`at any of ${SALE.length} points of a sale loses nothing it acknowledged`, async () => {
    await surviveAll(SALE, (lives) => sell(lives, stage))
  }, 1_800_000)

  it(`at any of ${RUN.length} points of two runs and of an order that expires loses nothing it acknowledged`, async () => {
    await surviveAll(RUN, (lives) => train(lives, stage, FULFIL_SECONDS))
  }, 1_800_000)

  it('has done nothing twice, and keeps nothing that nobody needs', async () => {
    expect(journeys).toHaveLength(2)
    const buyer = await clientOf(stage.localnet, 'buyer')
    for (const journey of journeys) {
      for (const [orderId, expected] of Object.entries(journey.orders)) {
        expect(await endings(buyer, orderId as OrderId)).toEqual(expected)
      }
    }
    const { blobs, referred, charges, hasLeftovers } = await audit(stage.directory)
    expect(blobs).toEqual(referred)
    expect(charges.toSorted()).toEqual(journeys.flatMap(({ runs }) => runs).toSorted())
    expect(hasLeftovers).toBe(false)
  }, 60_000)

  // Content that is not there is never delivered; a quote that is not there is an order that nobody knows.
  const lies = [
    ['forgets quotes', point('quote: stored, before the answer', 'after', 'insert quotes'), 'ORDER_NOT_FOUND'],
    [
      'acknowledges blobs before they are there',
      point('upload: row written, before the answer', 'after', 'update uploads'),
      'ORDER_WAIT_TIMEOUT',
    ],
  ] as const
  it.each(lies.slice(0, isDeep ? 2 : 1))(
    'and %s is found out',
    async (lie, moment, code) => {
      await using lives = new Lives(stage, [moment], { lie, params })
      await expect(sell(lives, stage)).rejects.toMatchObject({ code })
    },
    120_000,
  )
})
