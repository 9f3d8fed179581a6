import type { Client } from '@gristmill/sdk'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Server } from '../src/index.js'
import { ACCESS_PRICE, buy, clientOf, download, publish, type Stage, setStage, startOn } from './_util.js'

describe('selling access', () => {
  let stage: Stage
  let server: Server
  let maker: Client
  let buyer: Client

  beforeAll(async () => {
    stage = await setStage()
    server = await startOn(stage)
    maker = await clientOf(stage.localnet, 'maker', server.url)
    buyer = await clientOf(stage.localnet, 'buyer', server.url)
  }, 120_000)
  afterAll(async () => {
    await server?.close()
    await stage?.close()
  })

  it('takes a table from upload to a verified download, and settles when it is collected', async () => {
    const { listing, content } = await publish(maker, stage.market)
    const orderId = await buy(buyer, listing)
    await expect(buyer.orders.wait({ orderId, pollMs: 50 })).resolves.toMatchObject({ state: 'ready' })
    expect((await buyer.orders.status({ orderId })).status).toBe('placed')
    expect(await download(buyer, orderId)).toEqual(Buffer.from(content))
    expect((await buyer.orders.status({ orderId })).status).toBe('settled')
    await expect(buyer.orders.document({ orderId })).resolves.toMatchObject({ state: 'done' })
    expect(await download(buyer, orderId)).toEqual(Buffer.from(content))
    expect(ACCESS_PRICE).toBe(5_000_000n)
  })
})
