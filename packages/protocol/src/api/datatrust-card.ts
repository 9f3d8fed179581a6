import { z } from 'zod'
import { addressSchema } from '../address.js'
import { bytes32Schema } from '../hex.js'
import { smallUintSchema, uintSchema } from '../numbers.js'
import { isolationSchema, RUNTIMES, runtimeSchema } from '../runtime.js'

const cardRuntimeSchema = z.strictObject({
  runtime: runtimeSchema,
  executor: z.string().max(64),
  deterministic: z.boolean(),
  isolation: isolationSchema,
  /** Names executor, version and limits; a quote for a run has it. */
  runtimeDigest: bytes32Schema,
})

/** GET /v1/datatrust: who serves here, on which chain, and within which limits. */
export const datatrustCardSchema = z.strictObject({
  datatrust: smallUintSchema(32),
  chainId: uintSchema(256),
  orders: addressSchema,
  listings: addressSchema,
  signer: addressSchema,
  /** Armored OpenPGP public key under which assets are stored. */
  publicKey: z.string().max(65_536),
  /** What runs algorithms here: the executor of each runtime, and what it keeps them from. */
  runtimes: z.array(cardRuntimeSchema).max(RUNTIMES.length),
  maxAssetBytes: smallUintSchema(53),
  maxAlgorithmBytes: smallUintSchema(53),
})
/** GET /v1/datatrust: who serves here, on which chain, and within which limits. */
export type DatatrustCard = z.output<typeof datatrustCardSchema>
