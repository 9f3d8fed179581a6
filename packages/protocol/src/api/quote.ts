import { z } from 'zod'
import { addressSchema } from '../address.js'
import { dealSchema } from '../deal.js'
import { goodsSchema } from '../goods.js'
import { bytes32Schema, hexSchema } from '../hex.js'
import { JOINT_ORDERS_MAX, jointOrderSchema } from '../joint-run.js'
import { KINDS } from '../kind.js'
import { uintSchema } from '../numbers.js'

/** Integer parameters of an algorithm by name. */
export const parametersSchema = z.record(z.string().regex(/^[a-zA-Z][a-zA-Z0-9_]{0,63}$/), z.number().int())
/** Integer parameters of an algorithm by name. */
export type Parameters = z.output<typeof parametersSchema>

/** POST /v1/quotes: what the caller wants to buy. */
export const requestQuoteSchema = z.strictObject({
  listing: bytes32Schema,
  kind: z.enum(KINDS),
  n: uintSchema(256),
  /** The session key with which the buyer will acknowledge the ciphertext, of data or model; absent where it is direct. */
  ackKey: addressSchema.optional(),
  /** For access: the message is delivered without a fair exchange, on trust. */
  direct: z.literal(true).optional(),
  /** Armored OpenPGP public key to which the message of direct access goes. */
  recipientPublicKey: z.string().min(1).max(65_536).optional(),
  /** For compute: sha256 of a module that was sent before, or of that of the joint run's algorithm listing. */
  algorithm: bytes32Schema.optional(),
  parameters: parametersSchema.optional(),
  /** Of a joint run: all its orders, this one among them. Each is quoted apart, all are placed together. */
  joint: z.array(jointOrderSchema).min(2).max(JOINT_ORDERS_MAX).optional(),
})
/** POST /v1/quotes: what the caller wants to buy. */
export type RequestQuote = z.output<typeof requestQuoteSchema>

/** The datatrust's offer, as `Orders.place` takes it. */
export const quoteSchema = z.strictObject({ deal: dealSchema, goods: goodsSchema, signature: hexSchema })
/** The datatrust's offer, as `Orders.place` takes it. */
export type Quote = z.output<typeof quoteSchema>
