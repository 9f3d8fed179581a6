import { goodsHash, type Hex, type Quote, receiptHash, ZERO_BYTES32 } from '@gristmill/protocol'
import { attest, ONE, offer, receiptFor } from './_util.js'
import {
  amountOf,
  NOTHING,
  type Operations,
  pay,
  QUICK_CONFIG,
  type Sale,
  type Shelf,
  type Trader,
  trader,
  type World,
} from './_world.js'

async function sellables(world: World): Promise<{ shelf: Shelf; quote: Quote; buyer: Trader } | undefined> {
  const shelf = world.random.pick(world.shelves)
  if (shelf === undefined) return undefined
  const buyer = trader(world)
  return { shelf, buyer, quote: await quoteFor(world, shelf, buyer) }
}

async function quoteFor({ stage, random }: World, shelf: Shelf, buyer: Trader): Promise<Quote> {
  const kind = random.below(2) === 0 ? 'access' : 'compute'
  const { actors } = stage.localnet
  // One quote in ten is for a price that is not asked.
  const price = shelf[kind] + (random.below(10) === 0 ? 1n : 0n)
  return offer(stage, {
    attested: shelf.attested,
    listing: shelf.listing,
    kind,
    price,
    config: QUICK_CONFIG,
    buyer: actors[buyer].address,
    deal: { maker: actors[shelf.maker].address },
  })
}

const toSale = ({ deal, goods }: Quote, orderId: Hex, buyer: Trader): Sale => ({ deal, goods, orderId, buyer })

function closed(world: World, orderIds: readonly Hex[]): void {
  const gone = world.open.filter((sale) => orderIds.includes(sale.orderId))
  for (const { deal } of gone) world.books.escrow -= deal.price
  world.open = world.open.filter((sale) => !gone.includes(sale))
}

/** Books the parts of settled orders; they were open before. */
function settled(world: World, parts: readonly { orderId: Hex; toCurators: bigint }[]): void {
  for (const { orderId, toCurators } of parts) {
    const sale = world.open.find((one) => one.orderId === orderId)
    if (sale === undefined) throw new Error(`order ${orderId} was settled twice`)
    const { listing } = sale.deal
    world.books.curators.set(listing, (world.books.curators.get(listing) ?? 0n) + toCurators)
  }
  closed(
    world,
    parts.map(({ orderId }) => orderId),
  )
}

/** Operations on listings and orders. */
export const SALE_OPERATIONS: Operations = {
  publish: [
    5,
    async (world) => {
      const { stage, random, books } = world
      const maker = trader(world)
      const market = random.pick([...books.markets]) as Hex
      const attested = await attest(stage, { maker: stage.localnet.actors[maker].address, market })
      const prices = { access: amountOf(world, 60n * ONE), compute: amountOf(world, 60n * ONE) }
      const { payment, paid } = pay(world)
      const { listing } = await world.clients[maker].listings.publishAttested({ ...attested, prices, payment })
      paid(QUICK_CONFIG.listingBond)
      books.listingBonds += QUICK_CONFIG.listingBond
      world.shelves.push({ listing, maker, attested, ...prices, isExiting: false, isBondBack: false })
    },
  ],
  exit: [
    2,
    async (world) => {
      const shelf = world.random.pick(world.shelves)
      if (shelf === undefined) return NOTHING
      await world.clients[shelf.maker].listings.exit({ listing: shelf.listing })
      shelf.isExiting = true
    },
  ],
  returnBond: [
    4,
    async (world) => {
      const exiting = world.shelves.filter((one) => one.isExiting && !one.isBondBack)
      const shelf = world.random.pick(world.random.below(4) === 0 ? world.shelves : exiting)
      if (shelf === undefined) return NOTHING
      const { amount } = await world.clients[trader(world)].listings.returnBond({ listing: shelf.listing })
      world.books.listingBonds -= amount
      shelf.isBondBack = true
    },
  ],
  place: [
    14,
    async (world) => {
      const sale = await sellables(world)
      if (sale === undefined) return NOTHING
      const { payment, paid } = pay(world)
      const { orderId } = await world.clients[sale.buyer].orders.place({ quote: sale.quote, payment })
      paid(sale.quote.deal.price)
      world.books.escrow += sale.quote.deal.price
      world.open.push(toSale(sale.quote, orderId, sale.buyer))
    },
  ],
  placeMany: [
    5,
    async (world) => {
      const buyer = trader(world)
      const shelves = Array.from({ length: 1 + world.random.below(4) }, () => world.random.pick(world.shelves))
      const present = shelves.filter((shelf) => shelf !== undefined)
      const quotes: Quote[] = []
      for (const shelf of present) quotes.push(await quoteFor(world, shelf, buyer))
      const { payment, paid } = pay(world)
      const { orderIds } = await world.clients[buyer].orders.placeMany({ quotes, payment })
      quotes.forEach((quote, index) => {
        paid(quote.deal.price)
        world.books.escrow += quote.deal.price
        world.open.push(toSale(quote, orderIds[index] as Hex, buyer))
      })
    },
  ],
  deliver: [
    10,
    async (world) => {
      const access = world.open.filter(({ deal }) => deal.kind === 'access')
      const sale = world.random.pick(world.random.below(8) === 0 ? world.open : access)
      if (sale === undefined) return NOTHING
      settled(world, [await world.clients.operator.orders.deliver(sale)])
    },
  ],
  fulfil: [
    10,
    async (world) => {
      const runs = world.open.filter(({ deal, deliveryHash }) => deal.kind === 'compute' && deliveryHash === undefined)
      const sale = world.random.pick(world.random.below(8) === 0 ? world.open : runs)
      if (sale === undefined) return NOTHING
      const failed = { verdict: 'OOM' as const, releasedHash: ZERO_BYTES32, releasedBytes: 0n }
      const isFailed = world.random.below(3) === 0
      const receipt = receiptFor(sale.orderId, sale.goods, isFailed ? failed : {})
      await world.clients.operator.orders.fulfil({ ...sale, receipt })
      sale.deliveryHash = receiptHash(receipt)
      sale.isFailed = isFailed
    },
  ],
  settle: [
    8,
    async (world) => {
      const due = world.open.filter(({ deliveryHash }) => deliveryHash !== undefined)
      const orders = due.slice(0, 1 + world.random.below(4)).map(({ deal, goods, deliveryHash = ZERO_BYTES32 }) => ({
        deal,
        goodsHash: goodsHash(goods),
        deliveryHash,
      }))
      if (orders.length === 0) return NOTHING
      settled(world, (await world.clients[trader(world)].orders.settle({ orders })).settled)
    },
  ],
  accept: [
    4,
    async (world) => {
      const sale = world.random.pick(world.open.filter(({ isFailed }) => isFailed === false))
      if (sale === undefined) return NOTHING
      const client = world.clients[world.random.below(5) === 0 ? trader(world) : sale.buyer]
      settled(world, (await client.orders.accept(sale)).settled)
    },
  ],
  refund: [
    8,
    async (world) => {
      const placed = world.open.filter(({ deliveryHash }) => deliveryHash === undefined)
      const sale = placed[0]
      if (sale === undefined) return NOTHING
      const { refunded } = await world.clients[trader(world)].orders.refund({ orders: [sale.orderId] })
      closed(
        world,
        refunded.map(({ orderId }) => orderId),
      )
    },
  ],
  flush: [
    4,
    async (world) => {
      const listing = world.random.pick(world.shelves)?.listing
      if (listing === undefined) return NOTHING
      const { amount } = await world.clients[trader(world)].signals.flush({ listing })
      if (amount !== (world.books.curators.get(listing) ?? 0n)) throw new Error('a flush booked another amount')
      world.books.curators.delete(listing)
    },
  ],
}
