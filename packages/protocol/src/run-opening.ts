import { z } from 'zod'
import { canonicalHash } from './canonical-json.js'
import { bytes32Schema, type Hex } from './hex.js'

/**
 * What somebody else needs, beside data and algorithm, to repeat one run: secrets of this run and no other, and what proves
 * the data. Whoever has it and the data knows which rows were held back, and can take the noise off the model.
 */
export const runOpeningSchema = z.strictObject({
  orderId: bytes32Schema,
  contentRoot: bytes32Schema,
  /** From which the blinds of the data's cells derive. */
  contentSecret: bytes32Schema,
  /** Decides which rows are held back. */
  holdout: bytes32Schema,
  /** Given to the algorithm. */
  seed: bytes32Schema,
  /** Of the raw output's hash. */
  salt: bytes32Schema,
  /** Decides which rows are in which block. */
  blocks: bytes32Schema,
  /** Key of the noise. */
  noise: bytes32Schema,
})
/** What somebody else needs, beside data and algorithm, to repeat one run. */
export type RunOpening = z.output<typeof runOpeningSchema>

/** To what a statement commits: sha256 of the opening's RFC 8785 JSON. */
export function runOpeningHash(opening: RunOpening): Hex {
  return canonicalHash(opening)
}
