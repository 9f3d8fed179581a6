import type { Hex } from '@gristmill/protocol'
import { ONE } from './_util.js'
import { amountOf, NOTHING, type Operations, pay, QUICK_CONFIG, token, trader } from './_world.js'

/** Operations on money that is not about a sale. */
export const MONEY_OPERATIONS: Operations = {
  deposit: [
    10,
    async (world) => {
      const client = world.clients[trader(world)]
      const { credited } = await client.vault.deposit({ token: token(world), amount: amountOf(world, 3_000n * ONE) })
      world.books.deposited += credited
    },
  ],
  withdraw: [
    6,
    async (world) => {
      const client = world.clients[trader(world)]
      const { vault } = await client.vault.balance({ token: token(world) })
      const amount = amountOf(world, vault + vault / 20n)
      world.books.withdrawn += (await client.vault.withdraw({ token: token(world), amount })).amount
    },
  ],
  create: [
    2,
    async (world) => {
      if (world.books.markets.size >= 4) return NOTHING
      const { payment, paid } = pay(world)
      const seed = ONE + amountOf(world, 500n * ONE)
      const terms = { asset: token(world), p0: ONE, k: 10n ** 24n, config: QUICK_CONFIG }
      const { market } = await world.clients[trader(world)].markets.create({ ...terms, seed, payment })
      paid(seed)
      world.books.markets.add(market)
    },
  ],
  fund: [
    10,
    async (world) => {
      const market = world.random.pick([...world.books.markets]) as Hex
      const { payment, paid } = pay(world)
      const amount = amountOf(world, 2_000n * ONE)
      await world.clients[trader(world)].markets.fund({ market, amount, payment })
      paid(amount)
    },
  ],
  redeem: [
    8,
    async (world) => {
      const market = world.random.pick([...world.books.markets]) as Hex
      const client = world.clients[trader(world)]
      const { share } = await client.markets.get({ market })
      const { wallet } = await client.vault.balance({ token: share })
      await client.markets.redeem({ market, shares: amountOf(world, wallet + 1n) })
    },
  ],
  addRevenue: [
    4,
    async (world) => {
      const market = world.random.pick([...world.books.markets]) as Hex
      const { payment, paid } = pay(world)
      const amount = amountOf(world, 100n * ONE)
      await world.clients[trader(world)].markets.addRevenue({ market, amount, payment })
      paid(amount)
    },
  ],
  bond: [
    3,
    async (world) => {
      const { payment, paid } = pay(world)
      const amount = amountOf(world, 800n * ONE)
      await world.clients[trader(world)].datatrusts.bond({ datatrust: world.stage.datatrust, amount, payment })
      paid(amount)
    },
  ],
  unbond: [
    2,
    async (world) => {
      const { datatrust } = world.stage
      await world.clients.operator.datatrusts.unbond({ datatrust, amount: amountOf(world, 500n * ONE) })
    },
  ],
  withdrawBond: [
    3,
    async ({ stage, random, clients }) => {
      const { datatrust, localnet } = stage
      if (random.below(3) === 0) await localnet.advance(22 * 86_400)
      await clients.operator.datatrusts.withdrawBond({ datatrust })
    },
  ],
  advance: [
    8,
    async ({ stage, random }) => {
      const longWait = random.below(6) === 0
      await stage.localnet.advance(longWait ? 22 * 86_400 : 60 * (1 + random.below(180)))
    },
  ],
}
