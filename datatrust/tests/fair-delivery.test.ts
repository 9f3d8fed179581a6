import { randomBytes } from 'node:crypto'
import type { ListingId } from '@gristmill/protocol'
import type { Client } from '@gristmill/sdk'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Server } from '../src/index.js'
import { buy, clientOf, download, publish, type Stage, setStage, startOn } from './_util.js'

/** Two batches of cells and a torn one. */
const CONTENT = randomBytes(2 * 256 * 4_064 + 1_000)

describe('a fair delivery', () => {
  let stage: Stage
  let server: Server
  let buyer: Client
  let listing: ListingId

  beforeAll(async () => {
    stage = await setStage()
    server = await startOn(stage)
    const maker = await clientOf(stage.localnet, 'maker', server.url)
    buyer = await clientOf(stage.localnet, 'buyer', server.url)
    ;({ listing } = await publish(maker, stage.market, { content: CONTENT }))
  }, 120_000)
  afterAll(async () => {
    await server?.close()
    await stage?.close()
  })

  it('is acknowledged, revealed and proved, and can be had again', async () => {
    const { orderId, session } = await buy(buyer, listing)
    await buyer.orders.wait({ orderId, session, pollMs: 20 })
    const steps: string[] = []
    expect(await download(buyer, { orderId, session, onStep: (step) => steps.push(step) })).toEqual(CONTENT)
    expect(steps).toEqual(['key', 'decrypt'])
    expect((await buyer.orders.status({ orderId })).status).toBe('revealed')
    expect(await download(buyer, { orderId })).toEqual(CONTENT)
    const events = await buyer.orders.events({ fromBlock: 0, toBlock: 'latest', orderIds: [orderId] })
    expect(events.map(({ type }) => type)).toEqual(['placed', 'revealed'])
  })
})
