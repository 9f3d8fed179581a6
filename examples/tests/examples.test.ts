import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ListingId, OrderId } from '@gristmill/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Network, startNetwork } from './network.js'
import { printed, type Ran, runExample } from './run-example.js'

let network: Network
beforeAll(async () => {
  network = await startNetwork()
})
afterAll(() => network[Symbol.asyncDispose]())

/** Runs an example against the network; it must end well unless `exitCode` says otherwise. */
async function run(name: string, args: readonly string[] = [], exitCode = 0): Promise<Ran> {
  const { profile, folder: cwd } = network
  const ran = await runExample({ name, args, profile, cwd })
  expect(ran.exitCode, ran.output).toBe(exitCode)
  return ran
}
const moneyOf = async (client: Awaited<ReturnType<Network['clientOf']>>) => {
  const { wallet, vault } = await client.vault.balance({ token: network.localnet.token })
  return wallet + vault
}

/** Of daylight.csv, which follows from a rule; null: not published yet. */
let listing: ListingId
let orderId: OrderId

describe('dataset-publish', () => {
  it('lists a dataset that the chain and the datatrust know, in a market of its own', async () => {
    const { output } = await run('dataset-publish')
    listing = printed(output, 'listing') as ListingId
    const buyer = await network.clientOf('buyer')
    const { document, prices, maker, market } = await buyer.listings.get({ listing })
    expect(maker).toBe(network.localnet.actors.maker.address)
    expect(prices).toEqual({ access: 5_000_000n })
    expect(document.contentRoot).toBe(printed(output, 'contentRoot'))
    expect(document.metadata).toMatchObject({ rows: 25 * 365, files: [{ name: 'daylight.csv' }] })
    expect(market).toBe(printed(output, 'market'))
  })

  it('lists into a market that is named', async () => {
    const buyer = await network.clientOf('buyer')
    const { market } = await buyer.listings.record({ listing })
    const { output } = await run('dataset-publish', [market])
    const second = printed(output, 'listing') as ListingId
    expect(second).not.toBe(listing)
    expect((await buyer.listings.record({ listing: second })).market).toBe(market)
  })
})

describe('dataset-buy', () => {
  it('pays nothing for what is too dear', async () => {
    const buyer = await network.clientOf('buyer')
    const before = await moneyOf(buyer)
    expect((await run('dataset-buy', ['--max-price', '4.99'], 1)).output).toContain('too dear: nothing paid')
    expect(await moneyOf(buyer)).toBe(before)
    expect(existsSync(join(network.folder, 'bought.csv'))).toBe(false)
  })

  it('gets the data of dataset-publish, proved, and is charged its price once', async () => {
    const buyer = await network.clientOf('buyer')
    const before = await moneyOf(buyer)
    const { output } = await run('dataset-buy')
    orderId = printed(output, 'order') as OrderId
    const order = await buyer.orders.get({ orderId })
    expect(order.status).toBe('settled')
    const csv = await readFile(join(network.folder, 'bought.csv'), 'utf8')
    expect(csv.split('\n').slice(0, 2)).toEqual(['latitude,day,hours', '-60,1,18.32'])
    expect(csv.trimEnd().split('\n')).toHaveLength(1 + 25 * 365)
    expect(output).toContain(`contentRoot ${order.goods.contentRoot}`)
    expect(await moneyOf(buyer)).toBe(before - 5_000_000n)
    expect(existsSync(join(network.folder, 'bought.csv.part'))).toBe(false)
  })

  it('collects an order again with the key that it kept', async () => {
    const buyer = await network.clientOf('buyer')
    const sha256 = async () =>
      createHash('sha256')
        .update(await readFile(join(network.folder, 'bought.csv')))
        .digest('hex')
    const [first, before] = [await sha256(), await moneyOf(buyer)]
    await run('dataset-buy', ['--order', orderId])
    expect(await sha256()).toBe(first)
    expect(await moneyOf(buyer)).toBe(before)
  })

  it('refunds nothing that was delivered', async () => {
    expect((await run('dataset-buy', ['--refund', orderId])).output).toContain('nothing: the order is closed')
  })
})

describe('market-fund', () => {
  it('shows what getting in costs and what a sale brings, and ends with the money it says', async () => {
    const patron = await network.clientOf('patron')
    const [before, chainNow] = [await moneyOf(patron), await network.localnet.advance(1)]
    const { output } = await run('market-fund', ['100'])
    const lost = Number(/^lost +(\S+) tUSD/m.exec(output)?.[1])
    const [, entry, earned] = /entry cost (\S+) tUSD, sales brought (\S+) tUSD/.exec(output) ?? []
    expect(await moneyOf(patron)).toBe(before - BigInt(Math.round(lost * 1e6)))
    expect(Number(entry) - Number(earned)).toBeCloseTo(lost, 6)
    // Shares cost 10 % more than they are worth, and a patron of 8 % has 8 % of what a sale brings.
    expect(Number(entry)).toBeGreaterThan(5)
    expect(Number(earned)).toBeGreaterThan(0.05)
    const [, ask, risen] = /^ask +(\S+) tUSD a share, now (\S+) tUSD/m.exec(output) ?? []
    expect(Number(risen)).toBeGreaterThan(Number(ask))
    expect(await network.localnet.advance(1)).toBeGreaterThan(chainNow + 6 * 86_400)
  })
})
