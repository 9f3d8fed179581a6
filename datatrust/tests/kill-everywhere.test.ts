import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fetchAndSell, Source } from './_fetch-journey.js'
import { endings, type Journey, sell, train } from './_journeys.js'
import { audit, Lives } from './_lives.js'
import { clientOf, type Stage, setStage } from './_util.js'

/** More changes than a whole journey makes: the sweep ends at the first that is not come to. */
const CHANGES_MAX = 1_000

describe.skipIf(!process.env.GRISTMILL_DEEP)('a datatrust that is killed before any of its changes (deep only)', () => {
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

  const journeys: [string, (lives: Lives) => Promise<Journey>][] = [
    ['a sale', (lives) => sell(lives, stage)],
    ['runs', (lives) => train(lives, stage)],
    ['fetches', (lives) => fetchAndSell(lives, stage, source)],
  ]

  it.each(journeys)(
    'in %s loses nothing and does nothing twice',
    async (_name, journey) => {
      let deaths = 0
      for (let nth = 1; nth <= CHANGES_MAX; nth += 1) {
        const point = { name: `change ${nth}`, call: '*', moment: 'before', nth } as const
        await using lives = new Lives(stage, [point], { params: source.params })
        const { orders, runs } = await journey(lives)
        const buyer = await clientOf(stage.localnet, 'buyer')
        for (const orderId of Object.keys(orders) as (keyof typeof orders)[]) {
          expect(await endings(buyer, orderId), point.name).toEqual(orders[orderId])
        }
        if (lives.deaths.length === 0) break
        deaths += 1
        await lives.end()
        const { blobs, referred, charges } = await audit(stage)
        expect(blobs, point.name).toEqual(referred)
        expect(
          charges.filter((orderId) => runs.includes(orderId)),
          point.name,
        ).toHaveLength(runs.length)
      }
      expect(deaths).toBeGreaterThan(20)
    },
    14_400_000,
  )
})
