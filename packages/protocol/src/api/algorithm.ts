import { z } from 'zod'
import { bytes32Schema } from '../hex.js'

/** Answer to PUT /v1/algorithms/:sha256: the module is kept. */
export const storedAlgorithmSchema = z.strictObject({
  /** sha256 of the module: what a quote names. */
  algorithm: bytes32Schema,
})
/** Answer to PUT /v1/algorithms/:sha256: the module is kept. */
export type StoredAlgorithm = z.output<typeof storedAlgorithmSchema>
