import { z } from 'zod'
import { canonicalHash } from '../canonical-json.js'
import type { Hex } from '../hex.js'
import { allowedAlgorithmSchema } from './policy.js'

/** What a listing for runs commits to where its content is an algorithm, not data: which one it is, and what it takes. */
export const algorithmTermsSchema = z.strictObject({
  version: z.literal(1),
  /** By the sha256 of the content; what policies that allow it may copy. */
  algorithm: allowedAlgorithmSchema,
})
/** What a listing for runs commits to where its content is an algorithm, not data. */
export type AlgorithmTerms = z.output<typeof algorithmTermsSchema>

/** What stands in the place of a policy's hash in the content of an algorithm listing: sha256 of the RFC 8785 JSON. */
export function algorithmTermsHash(terms: AlgorithmTerms): Hex {
  return canonicalHash(terms)
}
