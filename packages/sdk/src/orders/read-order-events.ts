import {
  type Address,
  type Deal,
  type Delivery,
  deliveryHash,
  type Goods,
  type Hex,
  type ListingId,
  type OrderId,
  VERDICTS,
  type Verdict,
} from '@gristmill/protocol'
import type { Log } from 'ethers'
import type { EventPlace } from '../chain/event-place.js'
import { readAllLogs, readLogs } from '../chain/read-logs.js'
import type { Connection } from '../connection.js'
import { dealFromChain, goodsFromChain, nameOf } from './deal-from-chain.js'

export interface OrderPlaced extends EventPlace {
  type: 'placed'
  orderId: OrderId
  deal: Deal
  goods: Goods
}

export interface OrderFulfilled extends EventPlace {
  type: 'fulfilled'
  orderId: OrderId
  /** Struct hash of the Receipt. */
  deliveryHash: Hex
  verdict: Verdict
  /** Unix seconds. */
  settlesAfter: number
}

/** The key of a fair exchange became public: the whole price is due after the window. */
export interface OrderRevealed extends EventPlace {
  type: 'revealed'
  orderId: OrderId
  delivery: Delivery
  /** Of `delivery`. */
  deliveryHash: Hex
  /** Unix seconds; last second in which a wrong cell can be proved. */
  settlesAfter: number
}

/** A wrong cell was proved; emitted beside `refunded`. Amounts come from the datatrust's bond, units of its asset's decimals. */
export interface ComplaintUpheld extends EventPlace {
  type: 'complaint-upheld'
  orderId: OrderId
  /** Counted from 0. */
  cell: number
  /** Credited to the buyer. */
  compensation: bigint
  /** Credited to nobody. */
  burnt: bigint
}

/** The datatrust signed a second receipt that contradicts the order's; emitted beside `refunded`. Amounts as of a complaint. */
export interface ContradictionProven extends EventPlace {
  type: 'contradiction-proven'
  orderId: OrderId
  /** Struct hash of the second receipt. */
  receiptHash: Hex
  /** Credited to the buyer. */
  compensation: bigint
  /** Credited to nobody. */
  burnt: bigint
}

/** A run was contested: what is due waits for its arbiter. */
export interface OrderDisputed extends EventPlace {
  type: 'disputed'
  orderId: OrderId
  arbiter: Address
  /** Unix seconds; last second in which the arbiter may rule. */
  lapsesAfter: number
}

/** The arbiter ruled. */
export interface OrderRuled extends EventPlace {
  type: 'ruled'
  orderId: OrderId
  /** True: the buyer was right and has the price back. */
  isUpheld: boolean
}

/** The parts sum to the price; units of the asset's decimals. */
export interface OrderSettled extends EventPlace {
  type: 'settled'
  orderId: OrderId
  toMaker: bigint
  toOperator: bigint
  toCurators: bigint
  toReserve: bigint
  toBuyer: bigint
}

export interface OrderRefunded extends EventPlace {
  type: 'refunded'
  orderId: OrderId
  /** Credited to the buyer in the Vault, units of the asset's decimals. */
  amount: bigint
}

/** What happened to an order. */
export type OrderEvent =
  | OrderPlaced
  | OrderRevealed
  | OrderFulfilled
  | ComplaintUpheld
  | ContradictionProven
  | OrderDisputed
  | OrderRuled
  | OrderSettled
  | OrderRefunded

/** What `client.orders.events` takes. */
export interface ReadOrderEventsParams {
  /** Block numbers, both included. */
  fromBlock: number
  toBlock: number | 'latest'
  /** Only of these orders. */
  orderIds?: readonly OrderId[]
  /** Only those placed for this listing; leaves out events that do not name it. */
  listing?: ListingId
}

const NAMES = [
  'OrderPlaced',
  'OrderRevealed',
  'OrderFulfilled',
  'ComplaintUpheld',
  'ContradictionProven',
  'OrderDisputed',
  'OrderRuled',
  'OrderSettled',
  'OrderRefunded',
] as const

/** Events of orders in the order in which they happened. */
export async function readOrderEvents(connection: Connection, params: ReadOrderEventsParams): Promise<OrderEvent[]> {
  const { fromBlock, toBlock, orderIds, listing } = params
  const topics = [
    topicsOf(connection, listing === undefined ? NAMES : ['OrderPlaced']),
    orderIds === undefined ? null : [...orderIds],
    ...(listing === undefined ? [] : [listing]),
  ]
  const address = connection.deployment.orders
  const logs = await readAllLogs(connection, { address, topics, fromBlock, toBlock })
  return logs.map((log) => decode(connection, log))
}

/** Everything that happened to one order, from its placing on; empty if it was not placed. Looks at the newest blocks first. */
export async function readEventsOfOrder(connection: Connection, orderId: OrderId): Promise<OrderEvent[]> {
  const { orders: address, deployedAtBlock: fromBlock } = connection.deployment
  const topics = [topicsOf(connection, NAMES), orderId]
  const range = { address, topics, fromBlock, toBlock: 'latest', order: 'newest-first' } as const
  const events: OrderEvent[] = []
  for await (const logs of readLogs(connection, range)) {
    events.unshift(...logs.map((log) => decode(connection, log)).reverse())
    if (events[0]?.type === 'placed') break
  }
  return events
}

function topicsOf({ contracts: { orders } }: Connection, names: readonly (typeof NAMES)[number][]): string[] {
  return names.map((name) => orders.interface.getEvent(name).topicHash)
}

/** Decodes a log of OrderPlaced. */
export function decodePlaced(connection: Connection, log: Log): OrderPlaced {
  return decode(connection, log) as OrderPlaced
}

/** Decodes one log of Orders. */
function decode({ contracts: { orders } }: Connection, log: Log): OrderEvent {
  const place: EventPlace = {
    blockNumber: log.blockNumber,
    blockHash: log.blockHash as Hex,
    transactionHash: log.transactionHash as Hex,
    logIndex: log.index,
  }
  const name = NAMES.find((candidate) => orders.interface.getEvent(candidate).topicHash === log.topics[0])
  const args = orders.interface.decodeEventLog(name ?? '', log.data, log.topics)
  const orderId = args.orderId as OrderId
  switch (name) {
    case 'OrderPlaced':
      return {
        type: 'placed',
        orderId,
        deal: dealFromChain(args.deal),
        goods: goodsFromChain(args.goods),
        ...place,
      }
    case 'OrderRevealed': {
      const { contentRoot, sizeBytes, cipherRoot, key, receiptHash } = args.delivery.toObject() as Delivery
      const delivery = { contentRoot, sizeBytes, cipherRoot, key, receiptHash }
      const settlesAfter = Number(args.settlesAfter)
      return { type: 'revealed', orderId, delivery, deliveryHash: deliveryHash(delivery), settlesAfter, ...place }
    }
    case 'ComplaintUpheld': {
      const { compensation, burnt } = args.toObject() as Record<'compensation' | 'burnt', bigint>
      return { type: 'complaint-upheld', orderId, cell: Number(args.cell), compensation, burnt, ...place }
    }
    case 'ContradictionProven': {
      const { compensation, burnt } = args.toObject() as Record<'compensation' | 'burnt', bigint>
      const receiptHash = args.receiptHash as Hex
      return { type: 'contradiction-proven', orderId, receiptHash, compensation, burnt, ...place }
    }
    case 'OrderDisputed': {
      const lapsesAfter = Number(args.lapsesAfter)
      return { type: 'disputed', orderId, arbiter: args.arbiter as Address, lapsesAfter, ...place }
    }
    case 'OrderRuled':
      return { type: 'ruled', orderId, isUpheld: args.isUpheld as boolean, ...place }
    case 'OrderFulfilled':
      return {
        type: 'fulfilled',
        orderId,
        deliveryHash: args.deliveryHash as Hex,
        verdict: nameOf('verdict', VERDICTS, args.verdict),
        settlesAfter: Number(args.settlesAfter),
        ...place,
      }
    case 'OrderSettled': {
      const { toMaker, toOperator, toCurators, toReserve, toBuyer } = args.toObject() as Record<string, bigint>
      return { type: 'settled', orderId, toMaker, toOperator, toCurators, toReserve, toBuyer, ...place } as OrderSettled
    }
    default:
      return { type: 'refunded', orderId, amount: args.amount as bigint, ...place }
  }
}
