import type { ListingId, MarketId } from '@gristmill/protocol'
import { type Client, defaultMarketConfig } from '@gristmill/sdk'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Server } from '../src/index.js'
import { send } from './_http.js'
import { clientOf, makeCsv, ONE, policyFor, publish, random32, type Stage, setStage, startOn, until } from './_util.js'

let stage: Stage
let server: Server
let maker: Client
let reader: Client
let otherMarket: MarketId
const ids: Record<string, ListingId> = {}

/** What is listed, in the order of publishing: name, price, rows, and what else. */
const SHELF = [
  { name: 'Weather in Bergen', price: 5n * ONE, rows: 60, description: 'Rain, 100% of it; see C:\\data_set' },
  { name: 'apples', price: 3n * ONE, rows: 20, columns: ['Sorte', 'Größe'] },
  { name: 'Zebras', price: 3n * ONE, rows: 40, description: "Robert'); DROP TABLE listings;--" },
  { name: 'Bananas', price: 9n * ONE, rows: 30, compute: 2n * ONE },
] as const

beforeAll(async () => {
  stage = await setStage()
  server = await startOn(stage)
  ;[maker, reader] = await Promise.all([
    clientOf(stage.localnet, 'maker', server.url),
    clientOf(stage.localnet, 'buyer', server.url),
  ])
  for (const entry of SHELF) {
    const { name, price, rows } = entry
    const columns = 'columns' in entry ? entry.columns.map((column) => ({ name: column, type: 'number' as const })) : []
    const compute = 'compute' in entry ? { compute: entry.compute } : {}
    const description = 'description' in entry ? { description: entry.description } : {}
    const content = makeCsv('compute' in entry ? 200 : rows)
    const { listing } = await publish(maker, stage.market, {
      content,
      ...('compute' in entry ? { policy: policyFor(random32()) } : {}),
      more: { metadata: { name, license: 'CC0-1.0', columns, ...description }, prices: { access: price, ...compute } },
    })
    ids[name] = listing
  }
  const config = { ...defaultMarketConfig(6), activationSeconds: 0, exitDelaySeconds: 0 }
  const terms = { asset: stage.localnet.token, p0: ONE, k: 10n ** 24n, config, seed: 10n * ONE }
  otherMarket = (await maker.markets.create({ ...terms, payment: 'permit' })).market
  const { listing } = await publish(maker, otherMarket, {
    more: { metadata: { name: 'Left behind', license: 'CC0-1.0' } },
  })
  ids['Left behind'] = listing
  await maker.listings.exit({ listing })
  await until(async () => (await reader.listings.list({ exited: true })).listings.length === 1)
})
afterAll(async () => {
  await server?.close()
  await stage?.close()
})

type Search = Parameters<Client['listings']['list']>[0]
const namesOf = async (search: Search): Promise<string[]> =>
  (await reader.listings.list(search)).listings.map(({ document }) => document.metadata.name)

describe('a search', () => {
  it.each([
    ['weather', ['Weather in Bergen']],
    ['BERGEN weather', ['Weather in Bergen']],
    ['bergen apples', []],
    ['größe', ['apples']],
    ['SORTE', ['apples']],
    ['100%', ['Weather in Bergen']],
    ['%', ['Weather in Bergen']],
    ['_', ['Weather in Bergen']],
    ['c:\\data', ['Weather in Bergen']],
    ['\\', ['Weather in Bergen']],
    ["'); drop table", ['Zebras']],
    ["' OR 1=1 --", []],
    ['$1', []],
  ])('for %s finds every word, taken literally', async (words, names) => {
    expect(await namesOf({ words })).toEqual(names)
  })

  it('can be narrowed to market, maker, service and what takes orders', async () => {
    expect(await namesOf({ market: otherMarket })).toEqual(['Left behind'])
    expect(await namesOf({ market: random32() })).toEqual([])
    expect(await namesOf({ maker: stage.localnet.actors.buyer.address })).toEqual([])
    expect(await namesOf({ maker: stage.localnet.actors.maker.address, words: 'zeb' })).toEqual(['Zebras'])
    expect(await namesOf({ kind: 'compute' })).toEqual(['Bananas'])
    expect(await namesOf({ exited: true })).toEqual(['Left behind'])
    expect(await namesOf({ exited: false })).not.toContain('Left behind')
  })

  it('can be bounded by price: of the service, or of the cheaper one', async () => {
    const asset = stage.localnet.token
    const upTo = (maxPrice: bigint, more: Search = {}) => namesOf({ asset, exited: false, maxPrice, ...more })
    expect(await upTo(3n * ONE)).toEqual(['Bananas', 'Zebras', 'apples'])
    expect(await upTo(3n * ONE, { kind: 'access' })).toEqual(['Zebras', 'apples'])
    expect(await upTo(3n * ONE - 1n, { kind: 'access' })).toEqual([])
    expect(await upTo(2n ** 96n - 1n)).toHaveLength(4)
  })

  it('follows the chain when a price changes', async () => {
    const asset = stage.localnet.token
    const listing = ids.Zebras as ListingId
    await maker.listings.setPrices({ listing, prices: { access: 1n } })
    const [found] = await until(async () => {
      const { listings } = await reader.listings.list({ asset, maxPrice: 1n })
      return listings.length === 1 ? listings : undefined
    })
    expect(found).toMatchObject({ listing, prices: { access: 1n } })
    await maker.listings.setPrices({ listing, prices: { access: 3n * ONE } })
    await until(async () => (await namesOf({ asset, maxPrice: 1n })).length === 0)
  })
})

describe('pages', () => {
  it.each([
    ['newest' as const, ['Bananas', 'Zebras', 'apples', 'Weather in Bergen']],
    ['price' as const, ['Bananas', 'apples', 'Zebras', 'Weather in Bergen']],
    ['name' as const, ['apples', 'Bananas', 'Weather in Bergen', 'Zebras']],
    ['size' as const, ['apples', 'Zebras', 'Weather in Bergen', 'Bananas']],
  ])('sorted by %s follow one another without a gap', async (sort, names) => {
    const market = stage.market
    expect(await namesOf({ market, sort })).toEqual(names)
    for (const limit of [1, 2, 3]) {
      const seen: string[] = []
      let after: string | undefined
      do {
        const page = await reader.listings.list({ market, sort, limit, ...(after === undefined ? {} : { after }) })
        expect(page.listings.length).toBeLessThanOrEqual(limit)
        seen.push(...page.listings.map(({ document }) => document.metadata.name))
        after = page.next
      } while (after !== undefined)
      expect(seen).toEqual(names)
    }
  })

  it('lose and repeat nothing when a price changes in between', async () => {
    const market = stage.market
    const first = await reader.listings.list({ market, sort: 'price', kind: 'access', limit: 1 })
    expect(first.listings[0]).toMatchObject({ listing: ids.apples })
    const listing = ids.apples as ListingId
    await maker.listings.setPrices({ listing, prices: { access: 4n * ONE } })
    await until(async () => (await namesOf({ market, maxPrice: 3n * ONE, kind: 'access' })).length === 1)
    const after = first.next as string
    const rest = await reader.listings.list({ market, sort: 'price', kind: 'access', after })
    // What moved is met again where it is now; the others are met once.
    expect(rest.listings.map(({ document }) => document.metadata.name)).toEqual([
      'Zebras',
      'apples',
      'Weather in Bergen',
      'Bananas',
    ])
    await maker.listings.setPrices({ listing, prices: { access: 3n * ONE } })
    await until(async () => (await namesOf({ market, maxPrice: 3n * ONE, kind: 'access' })).length === 2)
  })
})

describe('a query', () => {
  const cursor = (...parts: unknown[]) => Buffer.from(JSON.stringify(parts)).toString('base64url')
  const ask = (query: string) => send(`${server.url}/v1/listings?${query}`, { method: 'GET' })

  it.each([
    ['unknown names', 'colour=red'],
    ['a name twice', 'words=a&words=b'],
    ['too long a search', `words=${'a'.repeat(201)}`],
    ['too many words', `words=${'a+'.repeat(9)}`],
    ['a NUL', 'words=%00'],
    ['no market', 'market=0x12'],
    ['no address', 'maker=me'],
    ['a wrong checksum', 'maker=0x5aAeb6053F3E94C9b9A09f33669435E7Ef1Beaee'],
    ['no kind', 'kind=theft'],
    ['a price below zero', `maxPrice=-1&market=${random32()}`],
    ['a fraction of a unit', `maxPrice=1.5&market=${random32()}`],
    ['a price beyond all prices', `maxPrice=${2n ** 96n}&market=${random32()}`],
    ['a price of no asset', 'maxPrice=1'],
    ['a sort by prices of no asset', 'sort=price'],
    ['no sort', 'sort=rank'],
    ['no page', 'limit=0'],
    ['a large page', 'limit=101'],
    ['a page of text', 'limit=1e1'],
    ['neither true nor false', 'exited=maybe'],
    ['no cursor', 'after=x'],
    ['a cursor of another sort', `sort=name&after=${cursor('size', '1', 1)}`],
    ['a cursor that lies about numbers', `sort=size&after=${cursor('size', "1'; DROP TABLE listings", 1)}`],
    ['a cursor beyond its numbers', `sort=size&after=${cursor('size', '9'.repeat(17), 1)}`],
    ['a cursor without position', `after=${cursor('newest', '', 'x')}`],
    ['a cursor from below', `after=${cursor('newest', '', -1)}`],
    ['a cursor with a NUL', `sort=name&after=${cursor('name', '\0', 1)}`],
    ['a long cursor', `after=${'A'.repeat(2_001)}`],
  ])('with %s is refused', async (_what, query) => {
    expect(await ask(query)).toMatchObject({ status: 400, code: 'REQUEST_INVALID' })
  })

  it('with text that is no UTF-8 or of any script is answered', async () => {
    expect(await ask('words=%ff')).toMatchObject({ status: 200 })
    expect(await ask(`words=${encodeURIComponent('質量 🌾')}`)).toMatchObject({ status: 200 })
  })

  it('with a cursor beyond the end finds nothing', async () => {
    const answer = await ask(`sort=size&after=${cursor('size', '9'.repeat(16), 9)}`)
    expect(JSON.parse(answer.body.toString())).toEqual({ listings: [] })
  })
})

describe('a catalogue', () => {
  it('is the same after a restart', async () => {
    const search = { market: stage.market, sort: 'price' as const }
    const before = await namesOf(search)
    await server.close()
    server = await startOn(stage)
    reader = await clientOf(stage.localnet, 'buyer', server.url)
    expect(await namesOf(search)).toEqual(before)
  })
})
