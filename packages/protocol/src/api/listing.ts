import { z } from 'zod'
import { addressSchema } from '../address.js'
import { bytes32Schema } from '../hex.js'
import { metadataSchema } from '../metadata.js'
import { smallUintSchema } from '../numbers.js'
import { algorithmTermsSchema } from '../policy/algorithm-terms.js'
import { policySchema } from '../policy/policy.js'

/** GET /v1/listings/:listing: what the chain commits to, in full; check it against the listing's `termsHash`. */
export const listingDocumentSchema = z.strictObject({
  listing: bytes32Schema,
  market: bytes32Schema,
  maker: addressSchema,
  contentRoot: bytes32Schema,
  sizeBytes: smallUintSchema(53),
  /** Of the policy, or of the terms of an algorithm; zero without compute. */
  policyHash: bytes32Schema,
  metadataHash: bytes32Schema,
  metadata: metadataSchema,
  policy: policySchema.optional(),
  /** In place of a policy where the content is an algorithm: it is sold by the run, in joint runs with data. */
  algorithmTerms: algorithmTermsSchema.optional(),
  /** Most rows that could leave in one run under the policy; present with a policy. */
  rowsAtMost: smallUintSchema(53).optional(),
})
/** GET /v1/listings/:listing: what the chain commits to, in full; check it against the listing's `termsHash`. */
export type ListingDocument = z.output<typeof listingDocumentSchema>

/** GET /v1/listings: a page of the catalogue, see `listListingsSchema`. */
export const listingPageSchema = z.strictObject({
  listings: z.array(listingDocumentSchema).max(100),
  /** To be passed as `after`; absent on the last page. */
  next: z.string().min(1).max(2_000).optional(),
})
/** GET /v1/listings: a page of the catalogue, see `listListingsSchema`. */
export type ListingPage = z.output<typeof listingPageSchema>
