import type { ActorName } from '@gristmill/localnet'
import type { Deal, Goods, Hex } from '@gristmill/protocol'
import { type Attested, type Client, defaultMarketConfig, type MarketConfig, type PaymentMethod } from '../src/index.js'
import type { Books } from './_books.js'
import type { Random } from './_random.js'
import type { Stage } from './_util.js'

/** Delays so short that a run of the test sees their ends. */
export const QUICK_CONFIG: MarketConfig = {
  ...defaultMarketConfig(6),
  activationSeconds: 0,
  exitDelaySeconds: 3_600,
  disputeWindowSeconds: 3_600,
  dripSeconds: 7_200,
}

export const TRADERS = ['maker', 'buyer', 'patron', 'sponsor', 'curator', 'operator'] as const
export type Trader = (typeof TRADERS)[number] & ActorName

export interface Shelf {
  listing: Hex
  maker: Trader
  attested: Attested
  access: bigint
  compute: bigint
  isExiting: boolean
  isBondBack: boolean
}

export interface Sale {
  deal: Deal
  goods: Goods
  orderId: Hex
  deliveryHash?: Hex
  /** A run that ended without a model. */
  isFailed?: boolean
  buyer: Trader
}

/** Everything an operation may touch. */
export interface World {
  stage: Stage
  clients: Record<Trader, Client>
  random: Random
  books: Books
  shelves: Shelf[]
  open: Sale[]
}

/** Resolved to by an operation that found nothing to do; it is not counted. */
export const NOTHING = Symbol('nothing')

/** One step; books only what worked. */
export type Operation = (world: World) => Promise<unknown>

export const trader = ({ random }: World): Trader => random.pick(TRADERS) as Trader
export const token = ({ stage }: World) => stage.localnet.token
export const amountOf = ({ random }: World, max: bigint): bigint => random.amount(max)

/** Pays from the Vault or the wallet; what comes from the wallet is a deposit. */
export function pay({ random, books }: World): { payment: PaymentMethod; paid: (amount: bigint) => void } {
  const payment = random.below(2) === 0 ? 'vault' : 'permit'
  return {
    payment,
    paid: (amount) => {
      if (payment === 'permit') books.deposited += amount
    },
  }
}

/** Operations by name, with their weights. */
export type Operations = Record<string, [weight: number, operation: Operation]>
