import { isProtocolError } from '@gristmill/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Books, checkBooks, NotConservedError, openBooks } from './_books.js'
import { MONEY_OPERATIONS } from './_money-operations.js'
import { createRandom } from './_random.js'
import { SALE_OPERATIONS } from './_sale-operations.js'
import { clientOf, ONE, setStage } from './_util.js'
import { NOTHING, QUICK_CONFIG, TRADERS, type World } from './_world.js'

const OPERATIONS = { ...MONEY_OPERATIONS, ...SALE_OPERATIONS }
const OPERATION_COUNT = process.env.GRISTMILL_DEEP ? 10_000 : 300
const DEFAULT_SEED = process.env.GRISTMILL_DEEP ? Math.floor(Math.random() * 2 ** 32) : 1
const SEED = Number(process.env.GRISTMILL_SEED ?? DEFAULT_SEED)

let world: World
const worked: Record<string, number> = {}
const refused: Record<string, number> = {}

beforeAll(async () => {
  const stage = await setStage(QUICK_CONFIG)
  const clients = Object.fromEntries(
    await Promise.all(TRADERS.map(async (name) => [name, await clientOf(stage.localnet, name)] as const)),
  ) as World['clients']
  const books = openBooks()
  // What the stage has paid: the seed of the market and the bond.
  books.deposited = 3_000n * ONE
  books.markets.add(stage.market)
  for (const client of Object.values(clients)) {
    for (const module of ['datatrusts', 'markets', 'listings', 'orders'] as const)
      await client.vault.authorize({ module })
  }
  world = { stage, clients, random: createRandom(SEED), books, shelves: [], open: [] }
})
afterAll(() => world?.stage.localnet.close())

describe(`${OPERATION_COUNT} operations (GRISTMILL_SEED=${SEED})`, () => {
  it('keep every unit, and whatever is refused is refused with a typed error', { timeout: 1_800_000 }, async () => {
    console.log(`GRISTMILL_SEED=${SEED}`)
    const bag = Object.entries(OPERATIONS).flatMap(([name, [weight]]) => Array.from({ length: weight }, () => name))
    await checkBooks(world.stage, world.books)
    for (let step = 0; step < OPERATION_COUNT; ) {
      const name = world.random.pick(bag) as string
      if (await perform(name)) step += 1
      await checkBooks(world.stage, world.books).catch((error: unknown) => {
        throw new Error(`after step ${step}, ${name}, with GRISTMILL_SEED=${SEED}`, { cause: error })
      })
    }
    console.log(JSON.stringify({ worked, refused }))
    expect(Object.values(worked).reduce((total, count) => total + count, 0)).toBeGreaterThan(OPERATION_COUNT / 2)
    expect(Object.keys(worked).sort()).toEqual(Object.keys(OPERATIONS).sort())
  })

  it('would be caught if one unit were miscounted', async () => {
    const miscounted: ((books: Books) => void)[] = [
      (books) => {
        books.deposited += 1n
      },
      (books) => {
        books.escrow -= 1n
      },
      (books) => {
        books.listingBonds += 1n
      },
      (books) => books.markets.delete(world.stage.market),
    ]
    for (const spoil of miscounted) {
      const books = { ...world.books, markets: new Set(world.books.markets) }
      spoil(books)
      await expect(checkBooks(world.stage, books)).rejects.toBeInstanceOf(NotConservedError)
    }
    await checkBooks(world.stage, world.books)
  })
})

/** False if there was nothing to do. */
async function perform(name: string): Promise<boolean> {
  try {
    if ((await OPERATIONS[name]?.[1](world)) === NOTHING) return false
    worked[name] = (worked[name] ?? 0) + 1
  } catch (error) {
    if (!isProtocolError(error)) throw error
    refused[error.code] = (refused[error.code] ?? 0) + 1
  }
  return true
}
