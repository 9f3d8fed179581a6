import { z } from 'zod'
import { addressSchema } from './address.js'
import { bytes32Schema } from './hex.js'
import { smallUintSchema } from './numbers.js'
import { runtimeSchema } from './runtime.js'

/** What a repeated run is compared in. */
export const REEXECUTION_CHECKS = [
  'verdict',
  'rawOutputHash',
  'releasedHash',
  'releasedBytes',
  'leakBits',
  'fuel',
] as const

/**
 * What came of repeating a run with the data, the algorithm and the opening that its statement names: for an arbiter. It
 * holds nothing private and no time, so whoever repeats it again gets the same bytes as RFC 8785 JSON.
 */
export const reexecutionSchema = z.strictObject({
  report: z.literal('gristmill re-execution'),
  version: z.literal(1),
  chainId: z.string().regex(/^[1-9][0-9]{0,30}$/),
  /** Contract that holds the order. */
  orders: addressSchema,
  orderId: bytes32Schema,
  datatrust: smallUintSchema(32),
  receiptHash: bytes32Schema,
  provenanceHash: bytes32Schema,
  /** What was run on what, each of it checked before the run began. */
  contentRoot: bytes32Schema,
  algorithm: bytes32Schema,
  parametersHash: bytes32Schema,
  policyHash: bytes32Schema,
  runtime: runtimeSchema,
  runtimeDigest: bytes32Schema,
  /** False: the runtime does not promise the same output for the same input, so a difference proves nothing. */
  isDeterministic: z.boolean(),
  checks: z.array(
    z.strictObject({
      what: z.enum(REEXECUTION_CHECKS),
      /** By the receipt. */
      stated: z.string().max(100),
      /** Here. */
      found: z.string().max(100),
      isMet: z.boolean(),
    }),
  ),
  isReproduced: z.boolean(),
})
/** What came of repeating a run with the data, the algorithm and the opening that its statement names. */
export type Reexecution = z.output<typeof reexecutionSchema>
