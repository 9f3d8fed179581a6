import { z } from 'zod'
import { bytes32Schema, hexSchema } from '../hex.js'
import { KINDS } from '../kind.js'
import { smallUintSchema } from '../numbers.js'
import { provenanceSchema } from '../provenance.js'
import { receiptSchema } from '../receipt.js'

/**
 * Where the datatrust is with an order. `ready`: the message of direct access waits and is charged when it is collected, or
 * the ciphertext of data or model waits for the Ack. `running`; `review`: waits for the maker's approval; `marking`: a
 * transaction is on its way; `done`: delivered, revealed or fulfilled on chain; `closed`: nothing to come.
 */
export const ORDER_STATES = ['quoted', 'ready', 'running', 'review', 'marking', 'done', 'closed'] as const

/** A value the runner measured on rows that the algorithm did not see. */
export const metricSchema = z.strictObject({ name: z.string().max(100), micros: z.number().int() })
/** A value the runner measured on rows that the algorithm did not see. */
export type Metric = z.output<typeof metricSchema>

/** GET /v1/orders/:orderId, to its buyer and its maker. */
export const orderDocumentSchema = z.strictObject({
  orderId: bytes32Schema,
  kind: z.enum(KINDS),
  state: z.enum(ORDER_STATES),
  /** Of the message or the ciphertext that waits, once it does. */
  messageBytes: smallUintSchema(53).optional(),
  /** Of a run, once it is over and decided: what the Ack of its model is over. */
  receipt: receiptSchema.optional(),
  /** Of the receipt, by the datatrust's signer. */
  receiptSignature: hexSchema.optional(),
  /** How the run came about: the statement that the receipt names. */
  provenance: provenanceSchema.optional(),
  /** Of a run, once its model is paid for. */
  metrics: z.array(metricSchema).max(16).optional(),
})
/** GET /v1/orders/:orderId, to its buyer and its maker. */
export type OrderDocument = z.output<typeof orderDocumentSchema>

/** POST /v1/orders/:orderId/ack: the buyer's word that the ciphertext has arrived; the rest of the Ack is the order's. */
export const postAckSchema = z.strictObject({
  /** RFC 9162 tree hash over the encrypted cells, as they arrived. */
  cipherRoot: bytes32Schema,
  /** Of the Ack, by the deal's `ackKey`. */
  signature: hexSchema,
})
/** POST /v1/orders/:orderId/ack: the buyer's word that the ciphertext has arrived; the rest of the Ack is the order's. */
export type PostAck = z.output<typeof postAckSchema>

/** Content of the OpenPGP message at GET /v1/orders/:orderId/opening: what proves the data against its contentRoot. */
export const openingSchema = z.strictObject({
  contentRoot: bytes32Schema,
  /** From which the blinds of the cells derive. Whoever has it can test guesses of the content: keep it. */
  secret: bytes32Schema,
})
/**
 * Content of the OpenPGP message at GET /v1/orders/:orderId/opening: what proves the data against its contentRoot.
 */
export type Opening = z.output<typeof openingSchema>
