import type { OrderId } from '@gristmill/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fetchAndSell, Source } from './_fetch-journey.js'
import { endings, type Journey, sell, train } from './_journeys.js'
import { audit, Lives, point } from './_lives.js'
import { randomOf } from './_random.js'
import { clientOf, type Stage, setStage } from './_util.js'

const SEED = Number(process.env.GRISTMILL_KILL_SEED ?? Math.floor(Math.random() * 2 ** 31))
const KILLS = Number(process.env.GRISTMILL_KILLS ?? 1_000)
/** Of one journey. What was acknowledged is asked for again in each of the lives. */
const KILLS_AT_ONCE = 20
/** Changes of one life among which it dies: a start makes some of them, a step of a journey a few. */
const CHANGES = 30

describe.skipIf(!process.env.GRISTMILL_DEEP)('a datatrust that is killed at random (deep only)', () => {
  let stage: Stage
  let source: Source
  beforeAll(async () => {
    stage = await setStage({ database: 'empty' })
    source = await Source.start()
  }, 240_000)
  afterAll(async () => {
    await source?.[Symbol.asyncDispose]()
    await stage?.close()
  })

  it(`loses nothing and does nothing twice, by ${KILLS} kills (seed ${SEED})`, async () => {
    const below = randomOf(SEED)
    const journeys: ((lives: Lives) => Promise<Journey>)[] = [
      (lives) => sell(lives, stage),
      (lives) => train(lives, stage),
      (lives) => fetchAndSell(lives, stage, source),
    ]
    const buyer = await clientOf(stage.localnet, 'buyer')
    let deaths = 0
    for (let round = 0; deaths < KILLS; round += 1) {
      const points = Array.from({ length: KILLS_AT_ONCE }, (_, kill) => {
        const nth = 1 + below(CHANGES)
        const moment = below(2) === 0 ? 'before' : 'after'
        return point(`round ${round}, kill ${kill}: ${moment} change ${nth} of its life`, moment, '*', nth)
      })
      await using lives = new Lives(stage, points, { params: source.params })
      const { orders, runs } = await journeys[round % journeys.length]!(lives)
      for (const [orderId, expected] of Object.entries(orders)) {
        expect(await endings(buyer, orderId as OrderId), `round ${round}, seed ${SEED}`).toEqual(expected)
      }
      deaths += lives.deaths.length
      await lives.end()
      const { blobs, referred, charges } = await audit(stage)
      expect(blobs, `round ${round}, seed ${SEED}`).toEqual(referred)
      expect(
        charges.filter((orderId) => runs.includes(orderId)),
        `round ${round}, seed ${SEED}`,
      ).toHaveLength(runs.length)
      console.error(`${deaths} of ${KILLS} kills`)
    }
  }, 14_400_000)
})
