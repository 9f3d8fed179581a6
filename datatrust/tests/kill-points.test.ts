import type { OrderId } from '@gristmill/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fetchAndSell, Source } from './_fetch-journey.js'
import { endings, type Journey, JOURNEY_PARAMS as params, sell, train } from './_journeys.js'
import { audit, inDepth, Lives, type NamedPoint, point } from './_lives.js'
import { clientOf, type Stage, setStage } from './_util.js'

/** In the order in which one sale comes to them. */
const SALE: readonly NamedPoint[] = [
  point('first start: in the middle of a migration', 'before', 'create uploads'),
  point('start: before the sweep of blobs', 'before', 'list'),
  ...inDepth('start: in the first round of the janitor', 'after', 'delete nonces'),
  point('request: nonce consumed, nothing done', 'after', 'insert nonces'),
  ...inDepth('announcement: before its row', 'before', 'insert uploads'),
  point('announcement: row written, before the answer', 'after', 'insert uploads'),
  point('upload: in the middle of the content', 'during', 'put assets'),
  point('upload: content stored, before its row', 'after', 'put assets'),
  point('start: before an orphan of a crash is deleted', 'before', 'delete assets'),
  point('upload: row written, before the answer', 'after', 'update uploads'),
  ...inDepth('attestation: signed, before it is stored', 'before', 'insert attestations'),
  point('attestation: stored, before the answer', 'after', 'insert attestations'),
  point('listing: before the follower writes it', 'before', 'insert listings'),
  point('listing: written, before the cursor', 'after', 'insert listings'),
  ...inDepth('listing: in the middle of a later round of the follower', 'before', 'commit', 2),
  ...inDepth('quote: signed, before it is stored', 'before', 'insert quotes'),
  point('quote: stored, before the answer', 'after', 'insert quotes'),
  point('order: adopted, before the cursor', 'after', 'insert orders'),
  point('message: prepared, before its row', 'before', 'update orders'),
  point('message: row written', 'after', 'update orders'),
  point('delivery: before the order is to be marked', 'before', 'update orders'),
  point('delivery: to be marked, before the transaction', 'before', 'deliver'),
  point('delivery: mined, before its row', 'after', 'deliver'),
  point('settlement: seen by the follower, before the cursor', 'after', 'update orders'),
  point('delivery: in the middle of the stream', 'during', 'read assets'),
  point('delivery: transaction sent, not mined', 'after', 'broadcast'),
  point('ack: stored, before the transaction', 'before', 'reveal'),
  point('reveal: transaction sent, not mined', 'after', 'broadcast'),
]

/** Nobody need wait longer to see that something never comes. */
const LIE_MS = 5_000

/** What is set when an order is closed whose model waits for its maker. */
const CLOSING = 'state, closed_because, message_key, message_bytes, cipher_root'

/** What is set when a fetch has failed for good. */
const FAILURE = 'holder, failed_code, failed_message, held_until'

/** In the order in which one table comes to them: a run that is approved, one that is rejected, one that is late; settlement. */
const RUN: readonly NamedPoint[] = [
  point('algorithm: stored, before the answer', 'after', 'insert algorithms'),
  ...inDepth('charge: before it is written', 'before', 'insert ledger'),
  point('charge: written, before its commit', 'after', 'insert ledger'),
  point('run: charged, before it begins', 'before', 'execute'),
  point('run: in the middle', 'during', 'execute'),
  point('run: over, before its output is stored', 'after', 'execute'),
  point('model: in the middle of its cells', 'during', 'put messages'),
  point('model: encrypted and stored, before its row', 'after', 'put messages'),
  point('run: row written, before the maker is told', 'after', 'update orders'),
  point('approval: before the decision', 'before', 'insert decisions'),
  point('approval: first decision written, before its commit', 'after', 'insert decisions'),
  point('approval: second decision written, before its commit', 'after', 'insert decisions', 2),
  point('collection: in the middle of the stream', 'during', 'read messages'),
  point('model: acknowledged, before the transaction', 'before', 'reveal'),
  point('model: transaction of its key sent, not mined', 'after', 'broadcast'),
  point('rejection: decided, before the model is deleted', 'before', 'delete messages'),
  point('fulfilment: decided, before the transaction', 'before', 'fulfil'),
  point('fulfilment: mined, before its row', 'after', 'fulfil'),
  point('expiry: before the order is closed', 'before', `update orders set ${CLOSING}`),
  point('settlement: due, before the transaction', 'before', 'settle'),
  point('settlement: transaction sent, not mined', 'after', 'broadcast settle'),
]

/** In the order in which content that is fetched comes to them, and then content that is not there. */
const FETCH: readonly NamedPoint[] = [
  point('fetch: stored, before the answer', 'after', 'insert fetches'),
  point('fetch: held, before its source is asked', 'after', 'update fetches set holder, held_until, tries'),
  point('fetch: in the middle of the content', 'during', 'put assets'),
  point('fetch: renewed in the middle of the content', 'after', 'update fetches set held_until'),
  point('fetch: content stored, before its row', 'after', 'put assets'),
  point('fetch: row written, before the commit', 'before', 'commit delete fetches'),
  point('fetch: committed, before the answer', 'after', 'commit delete fetches'),
  point('failed fetch: before its row', 'before', `update fetches set ${FAILURE}`),
  point('failed fetch: row written, before the answer', 'after', `update fetches set ${FAILURE}`),
]

describe('a datatrust that is killed', () => {
  let stage: Stage
  let source: Source
  const journeys: Journey[] = []

  beforeAll(async () => {
    stage = await setStage({ database: 'empty' })
    source = await Source.start()
  }, 400_000)
  afterAll(async () => {
    await source?.[Symbol.asyncDispose]()
    await stage?.close()
  })

  async function surviveAll(points: readonly NamedPoint[], journey: (lives: Lives) => Promise<Journey>, set = params) {
    await using lives = new Lives(stage, points, { params: set })
    journeys.push(await journey(lives))
    expect(lives.left).toEqual([])
    expect(lives.deaths.map((death) => death.point)).toEqual(points.map(({ name }) => name))
    await lives.end()
    if (process.env.GRISTMILL_KILL_TABLE) console.table(lives.deaths)
  }

  it(`at any of ${SALE.length} points of a sale loses nothing it acknowledged`, async () => {
    await surviveAll(SALE, (lives) => sell(lives, stage))
  }, 1_800_000)

  it(`at any of ${RUN.length} points of two runs, an order that expires and a settlement loses nothing it acknowledged`, async () => {
    await surviveAll(RUN, (lives) => train(lives, stage))
  }, 1_800_000)

  it(`at any of ${FETCH.length} points of two fetches loses nothing it acknowledged`, async () => {
    await surviveAll(FETCH, (lives) => fetchAndSell(lives, stage, source), source.params)
    // Once for each death between question and commit, and once more.
    expect(source.timesAsked('/table.csv')).toBe(5)
    expect(source.timesAsked('/missing.csv')).toBe(2)
  }, 1_800_000)

  it('has done nothing twice, and keeps nothing that nobody needs', async () => {
    expect(journeys).toHaveLength(3)
    const buyer = await clientOf(stage.localnet, 'buyer')
    for (const journey of journeys) {
      for (const [orderId, expected] of Object.entries(journey.orders)) {
        expect(await endings(buyer, orderId as OrderId)).toEqual(expected)
      }
    }
    const { blobs, referred, charges, fetches, hasLeftovers } = await audit(stage)
    expect(blobs).toEqual(referred)
    expect(charges.toSorted()).toEqual(journeys.flatMap(({ runs }) => runs).toSorted())
    expect(fetches).toEqual([])
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
  it.each(lies)(
    'and %s is found out',
    async (lie, moment, code) => {
      await using lives = new Lives(stage, [moment], { lie, params, patienceMs: LIE_MS })
      await expect(sell(lives, stage)).rejects.toMatchObject({ code })
    },
    120_000,
  )
})
