import { z } from 'zod'
import { addressSchema } from './address.js'
import { bytes32Schema } from './hex.js'
import { KINDS } from './kind.js'
import { smallUintSchema, uintSchema } from './numbers.js'

/** The money side of an order: who pays whom how much, and when. Amounts in units of the asset's decimals. */
export const dealSchema = z.strictObject({
  listing: bytes32Schema,
  buyer: addressSchema,
  /** The buyer's own number for the order; any not used for this listing before. */
  n: uintSchema(256),
  market: bytes32Schema,
  /** ERC-20 in which the market counts. */
  asset: addressSchema,
  maker: addressSchema,
  /** Payout address of the datatrust. */
  operator: addressSchema,
  datatrust: smallUintSchema(32),
  price: uintSchema(256),
  makerBps: smallUintSchema(16),
  operatorBps: smallUintSchema(16),
  curatorsBps: smallUintSchema(16),
  /** Share of the price due for a run whose model the buyer did not acknowledge. */
  failureBps: smallUintSchema(16),
  /** Most that a proven wrong cell brings the buyer from the datatrust's bond; zero without a key hash. */
  compensation: uintSchema(256),
  kind: z.enum(KINDS),
  /** Unix seconds; last second in which the order may be placed. */
  placeBy: smallUintSchema(40),
  /** Seconds after placing. */
  fulfilWithin: smallUintSchema(32),
  /** Seconds between fulfilment and settlement without an Acceptance. */
  window: smallUintSchema(32),
  /** Who opens disputes for the buyer and rules on them; zero: nobody. */
  arbiter: addressSchema,
  /** The buyer's session key: signs the Ack, and may sign the Acceptance; zero for direct access. */
  ackKey: addressSchema,
})
/** The money side of an order: who pays whom how much, and when. Amounts in units of the asset's decimals. */
export type Deal = z.output<typeof dealSchema>

/** EIP-712 fields of a Deal. */
export const DEAL_TYPE = [
  { name: 'listing', type: 'bytes32' },
  { name: 'buyer', type: 'address' },
  { name: 'n', type: 'uint256' },
  { name: 'market', type: 'bytes32' },
  { name: 'asset', type: 'address' },
  { name: 'maker', type: 'address' },
  { name: 'operator', type: 'address' },
  { name: 'datatrust', type: 'uint32' },
  { name: 'price', type: 'uint256' },
  { name: 'makerBps', type: 'uint16' },
  { name: 'operatorBps', type: 'uint16' },
  { name: 'curatorsBps', type: 'uint16' },
  { name: 'failureBps', type: 'uint16' },
  { name: 'compensation', type: 'uint256' },
  { name: 'kind', type: 'uint8' },
  { name: 'placeBy', type: 'uint40' },
  { name: 'fulfilWithin', type: 'uint32' },
  { name: 'window', type: 'uint32' },
  { name: 'arbiter', type: 'address' },
  { name: 'ackKey', type: 'address' },
]

/** A deal as contracts and EIP-712 want it: the kind as its number. */
export function dealToChain(deal: Deal): Omit<Deal, 'kind'> & { kind: number } {
  return { ...deal, kind: KINDS.indexOf(deal.kind) }
}
