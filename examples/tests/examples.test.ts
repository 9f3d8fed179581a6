import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { type Hex, type ListingId, type OrderId, policyFor, ZERO_BYTES32 } from '@gristmill/protocol'
import { createBwrapExecutor, createWasmExecutor, inferTable, run as runAlgorithm } from '@gristmill/runner'
import { generateKey } from '@gristmill/sdk'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Network, startNetwork } from './network.js'
import { EXAMPLES, printed, type Ran, runExample } from './run-example.js'

// Each test is a process or two.
vi.setConfig({ testTimeout: 180_000 })

let network: Network
beforeAll(async () => {
  network = await startNetwork()
})
afterAll(() => network[Symbol.asyncDispose]())

/** Runs an example against the network; it must end well unless `exitCode` says otherwise. */
async function run(name: string, args: readonly string[] = [], exitCode = 0): Promise<Ran> {
  const { profile, folder: cwd } = network
  const ran = await runExample({ file: join(EXAMPLES, name, 'index.ts'), args, profile, cwd })
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
    const { document } = await buyer.listings.get({ listing: order.deal.listing })
    expect(output).toContain(`contentRoot ${document.contentRoot}`)
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
    const [, entry, earned] = /entry cost (\S+) tUSD, the drip brought (\S+) tUSD/.exec(output) ?? []
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

describe('challenge-fraud', () => {
  it('removes the listing, and divides the maker’s bond to the unit', async () => {
    const { output } = await run('challenge-fraud')
    expect(output).toContain("they sum to the maker's bond, 10.0 tUSD")
    expect(output).toMatch(/^signal +earned the curator 0\.(1|09999\d) tUSD of a sale of 5\.0 tUSD$/m)
    const curator = await network.clientOf('curator')
    const { polls } = await curator.curation.polls({ market: printed(output, 'market') as Hex })
    expect(polls).toMatchObject([{ status: 'passed', kind: 'challenge' }])
    const { subject } = polls[0] as (typeof polls)[number]
    if (subject.kind !== 'challenge') throw new Error('of another kind')
    expect(await curator.contracts.listings.isOpen(subject.listing)).toBe(false)
    expect(await curator.curation.rewards()).toEqual([])
  })
})

describe('prove-wrong-delivery', () => {
  it('brings the price back with a compensation, and leaves the order refunded', async () => {
    const buyer = await network.clientOf('buyer')
    const before = await moneyOf(buyer)
    const { output } = await run('prove-wrong-delivery')
    const wronged = printed(output, 'order') as OrderId
    expect((await buyer.orders.status({ orderId: wronged })).status).toBe('refunded')
    expect(await moneyOf(buyer)).toBe(before + 5_000_000n)
    expect(printed(output, 'burnt')).toBe('20.0')
  })
})

describe('curated-market-governor', () => {
  it('admits a datatrust and changes the rules by a vote, behind both timelocks', async () => {
    const { output } = await run('curated-market-governor')
    const patron = await network.clientOf('patron')
    const { admin, config } = await patron.markets.get({ market: printed(output, 'market') as Hex })
    expect(output).toContain(`its timelock ${admin}`)
    expect(config).toMatchObject({ isCurated: true, makerBps: 6_500 })
  })
})

describe('package-import', () => {
  it('runs where there is nothing but its one package: no chain, no server, no network', async () => {
    const { dependencies } = JSON.parse(await readFile(join(EXAMPLES, 'package-import/package.json'), 'utf8'))
    expect(Object.keys(dependencies)).toEqual(['@gristmill/curve'])
    const alone = await mkdtemp(join(tmpdir(), 'gristmill-alone-'))
    try {
      const installed = join(alone, 'node_modules/@gristmill/curve')
      for (const part of ['package.json', 'dist'])
        await cp(join(EXAMPLES, '../packages/curve', part), join(installed, part), { recursive: true })
      for (const part of ['package.json', 'index.ts'])
        await cp(join(EXAMPLES, 'package-import', part), join(alone, part))
      const ran = await runExample({ file: join(alone, 'index.ts'), args: ['1000', '10'], cwd: alone })
      expect(ran.exitCode, ran.output).toBe(0)
      expect(ran.output).toContain('ask 1.1000, then 1.1874; 125.66 of 1000.00 is tribute')
      expect(ran.output).toMatch(/^ +52 +2\.5784 +2254\.36 /m)
      expect(ran.output).toContain('the way in is earned after 6 weeks')

      // Without its package it does not run: what it imports comes from there and from nowhere else.
      await rm(join(alone, 'node_modules'), { recursive: true })
      expect((await runExample({ file: join(alone, 'index.ts'), cwd: alone })).output).toContain('ERR_MODULE_NOT_FOUND')
    } finally {
      await rm(alone, { recursive: true, force: true })
    }
  })

  it('says when the way in is never earned', async () => {
    expect((await run('package-import', ['1000', '0'])).output).toContain('not worth it within a year')
  })
})

describe('algorithm-write', () => {
  it('learns its table, and shows what is refused and what the gate stops', async () => {
    const { output } = await run('algorithm-write')
    expect(printed(output, 'refused')).toBe('IMPORTS:')
    expect(printed(output, 'verdict')).toBe('OK')
    const [, accuracy, majority] = /^accuracy +(\S+) % .* (\S+) % by/m.exec(output) ?? []
    expect(Number(accuracy)).toBeGreaterThan(95)
    expect(Number(majority)).toBeLessThan(35)
    expect(output).toMatch(/^leaves .* at most \d+ of 3640 rows could leave/m)
    expect(output).toMatch(/^predicts .*: winter$/m)
    expect(output).toMatch(/^gate +CONTRACT: intercept is out of range; released 0 bytes$/m)
  })

  it('builds an algorithm that learns two classes as well', async () => {
    const algorithm = await readFile(join(EXAMPLES, 'algorithm-write/dist/nearest-centroid.wasm'))
    const digest: Hex = `0x${createHash('sha256').update(algorithm).digest('hex')}`
    const rows = Array.from({ length: 400 }, (_, index) => `${index % 100},${index % 100 < 50 ? 'left' : 'right'}`)
    const source = () => Readable.from([Buffer.from(`x,label\n${rows.join('\n')}\n`)])
    const { table } = await inferTable({ source: source() })
    const parameters = { varianceMicros: { min: 0, max: 9 } }
    const policy = policyFor({ table, algorithms: [{ digest, runtime: 'wasm', parameters }] })
    const [executor, secret] = [createWasmExecutor(), new Uint8Array(32).fill(7)]
    const order = { orderId: ZERO_BYTES32, parameters: { varianceMicros: 0 }, executor, secret }
    const { verdict, privateLog } = await runAlgorithm({ ...order, policy, algorithm, source: source() })
    expect(verdict).toBe('OK')
    expect(privateLog.measurements?.holdout_accuracy).toBeGreaterThan(0.95)
  })
})

describe('linear-regression-dp', () => {
  it('predicts a number as the rule does, by noise no better than it may, and is asked for nothing of classes', async () => {
    const { output } = await run('linear-regression-dp')
    const daysOf = (epsilon: string) =>
      Number(new RegExp(`^epsilon +${epsilon}: OK, .* (\\S+) days`, 'm').exec(output)?.[1])
    expect(Math.abs(daysOf('1') - 21)).toBeLessThan(2.5)
    expect(daysOf('0.01')).not.toBeNaN()
    expect(output).toMatch(/^policy +epsilon 1 of a run; at most \d+ of 20000 rows could leave/m)
    expect(output).toMatch(/^refused .*use holdout_r2$/m)
  })
})

describe('kmeans-js', () => {
  it('finds the groups, says something on mock data only, and lets no rows out', async () => {
    const { output } = await run('kmeans-js')
    expect(printed(output, 'mock')).toBe('OK')
    expect(output).toMatch(/it says: pass \d+ moved 0 rows$/m)
    expect(printed(output, 'verdict')).toBe('OK')
    const groups = [...output.matchAll(/^group +(\d)/gm)].map(([, group]) => group)
    expect(groups).toHaveLength(3)
    expect(new Set(groups).size).toBe(3)
    expect(output).toMatch(/^thief +CHECK; released 0 bytes$/m)
  })
})

const hasPython = (await createBwrapExecutor()) !== undefined
if (!hasPython) console.log('without bubblewrap and python3-numpy: examples in Python are skipped')

describe.skipIf(!hasPython)('random-forest-python', () => {
  it('learns what no line parts, and lets no small leaf out', async () => {
    const { output } = await run('random-forest-python')
    expect(output).toMatch(/^mock +\w+; it says: right about 0\.\d+ of the rows/m)
    expect(printed(output, 'verdict')).toBe('OK')
    const [, accuracy] = /holdout_accuracy (\S+)$/m.exec(output) ?? []
    const [, majority] = /holdout_majority (\S+)$/m.exec(output) ?? []
    expect(Number(accuracy)).toBeGreaterThan(Number(majority) + 0.05)
    expect(output).toMatch(/^small +CHECK: tree: .*; released 0 bytes$/m)
  })
})

describe.skipIf(!hasPython)('neural-network-python', () => {
  it('learns what no line parts, and lets nothing out that has not learned', async () => {
    const { output } = await run('neural-network-python')
    expect(output).toMatch(/^mock +\w+; it says: epoch 1500 right about 0\.\d+$/m)
    expect(printed(output, 'verdict')).toBe('OK')
    expect(Number(/holdout_accuracy (\S+)$/m.exec(output)?.[1])).toBeGreaterThan(0.95)
    expect(output).toMatch(/^predicts .*: in$/m)
    expect(output).toMatch(/^idle +CHECK: utility: .*; released 0 bytes$/m)
  })
})

describe('model-train', () => {
  it('gives the sponsor a model that works, of exactly the hash that the maker approved, and nothing else', async () => {
    const sponsor = await network.clientOf('sponsor')
    const before = await moneyOf(sponsor)
    const { output } = await run('model-train')
    expect(output).toMatch(/^listed .* at most \d+ of 958 rows could leave/m)
    expect(output).toMatch(/^predicts .*: positive$/m)
    expect(Number(/holdout_accuracy ([\d.]+)/.exec(output)?.[1])).toBeGreaterThan(0.9)
    const id = printed(output, 'order') as OrderId
    expect((await sponsor.orders.get({ orderId: id })).status).toBe('settled')
    const { receipt } = await sponsor.orders.document({ orderId: id })
    const model = await readFile(join(network.folder, 'trained.safetensors'))
    expect(`0x${createHash('sha256').update(model).digest('hex')}`).toBe(receipt?.releasedHash)
    expect(await moneyOf(sponsor)).toBe(before - 40_000_000n)
    // What was listed for runs is not for download, to whoever asks.
    const quote = sponsor.orders.quote({
      listing: printed(output, 'listed') as ListingId,
      kind: 'access',
      direct: true,
      recipientPublicKey: (await generateKey({ name: 'sponsor' })).publicKey,
    })
    await expect(quote).rejects.toMatchObject({ code: 'NOT_OFFERED' })
  })
})

describe('joint-run', () => {
  it('brings one model of two tables and pays three makers, each what their order says', async () => {
    const names = ['sponsor', 'maker', 'curator', 'patron'] as const
    const clients = await Promise.all(names.map((name) => network.clientOf(name)))
    const before = await Promise.all(clients.map(moneyOf))
    const { output } = await run('joint-run')
    expect(output).toMatch(/^run +0x[0-9a-f]{64}: 3 orders, 80 tUSD in escrow$/m)
    expect(output.match(/^approved .* of whose rows 240 were trained on$/gm)).toHaveLength(2)
    expect(Number(/holdout_accuracy ([\d.]+); ill: yes/.exec(output)?.[1])).toBeGreaterThan(0.9)
    const paid = [...output.matchAll(/^paid +([\d.]+) tUSD to/gm)].map(([, amount]) => Number(amount))
    expect(paid).toEqual([28, 21, 7])
    const after = await Promise.all(clients.map(moneyOf))
    const [sponsored, ...earned] = after.map((money, index) => Number(money - (before[index] as bigint)) / 1e6)
    expect(sponsored).toBe(-80)
    // Less the bonds of their listings, and the seed of the market.
    expect(earned).toEqual([28 - 10, 21 - 10, 7 - 10 - 1_000])
    const model = await readFile(join(network.folder, 'joint.safetensors'))
    expect(model.length).toBeGreaterThan(0)
  })
})

describe('datatrust-run', () => {
  it('registers once, sells, is paid, stops, and goes on with what is in its folder', async () => {
    const folder = join(network.folder, 'own')
    const port = await freePort()
    const args = [folder, String(port)]
    const first = await run('datatrust-run', args)
    expect(printed(first.output, 'serves')).toBe(`http://127.0.0.1:${port}`)
    expect(first.output).toContain('delivered 2, 3, 5, 7, 11, 13, 17, 19, 23, 29')
    expect(printed(first.output, 'earned')).toBe('0.5') // 5 % of 10
    expect(first.output.trimEnd()).toMatch(/stopped$/)
    await expect(fetch(`http://127.0.0.1:${port}/v1/health/live`)).rejects.toThrow()

    const again = await run('datatrust-run', args)
    expect(printed(again.output, 'datatrust')).toBe(printed(first.output, 'datatrust'))
    const operator = await network.clientOf('operator')
    const registered = await operator.datatrusts.get({ datatrust: Number(printed(first.output, 'datatrust')) })
    expect(registered.bond).toBe(2_000_000_000n)
  })
})

describe('dataset-buy, when nothing came', () => {
  it('takes the money back after the time, and not before', async () => {
    const buyer = await network.clientOf('buyer')
    const { publicKey } = await generateKey({ name: 'buyer' })
    const quote = await buyer.orders.quote({ listing, kind: 'access', direct: true, recipientPublicKey: publicKey })
    // The datatrust serves no more: the order stays as it is placed.
    await network.stopDatatrust()
    const before = await moneyOf(buyer)
    const placed = await buyer.orders.place({ quote, payment: 'permit' })
    expect(await moneyOf(buyer)).toBe(before - 5_000_000n)
    expect((await run('dataset-buy', ['--refund', placed.orderId], 1)).output).toContain('ORDERS_TOO_EARLY')
    await network.localnet.advance(quote.deal.fulfilWithin + 3_601)
    expect(printed((await run('dataset-buy', ['--refund', placed.orderId])).output, 'refunded')).toBe('5.0')
    expect(await moneyOf(buyer)).toBe(before)
  })
})

/** A port that nobody listens on just now. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
