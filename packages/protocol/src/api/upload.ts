import { z } from 'zod'
import { bytes32Schema, hexSchema } from '../hex.js'
import { KINDS } from '../kind.js'
import { assetFilesSchema, metadataSchema } from '../metadata.js'
import { smallUintSchema } from '../numbers.js'
import { algorithmTermsSchema } from '../policy/algorithm-terms.js'
import { policySchema } from '../policy/policy.js'

/** POST /v1/uploads: announces an asset. The id is the maker's own, so a repeated request changes nothing. */
export const createUploadSchema = z.strictObject({ uploadId: bytes32Schema, files: assetFilesSchema })
/** POST /v1/uploads: announces an asset. The id is the maker's own, so a repeated request changes nothing. */
export type CreateUpload = z.output<typeof createUploadSchema>

/** GET /v1/uploads/:uploadId, and the answer to PUT /v1/uploads/:uploadId/content. */
export const uploadSchema = z.strictObject({
  uploadId: bytes32Schema,
  /** `shredded`: destroyed after its listing had ended. */
  state: z.enum(['announced', 'stored', 'shredded']),
  files: assetFilesSchema,
  sizeBytes: smallUintSchema(53),
  /** While the content is to be fetched, and when that has failed. */
  fetch: z
    .discriminatedUnion('state', [
      z.strictObject({ state: z.literal('pending'), receivedBytes: smallUintSchema(53).optional() }),
      z.strictObject({ state: z.literal('failed'), code: z.string(), message: z.string() }),
    ])
    .optional(),
  /**
   * From which the blinds of its cells derive, until it is shredded: by it the maker computes what `contentRoot` has to be.
   * Whoever has it can confirm a guess of the content.
   */
  blindSecret: bytes32Schema.optional(),
  /** Once stored. */
  content: z.strictObject({ contentRoot: bytes32Schema }).optional(),
})
/** GET /v1/uploads/:uploadId, and the answer to PUT /v1/uploads/:uploadId/content. */
export type Upload = z.output<typeof uploadSchema>

/** POST /v1/uploads/:uploadId/fetch: where the content is, and what it has to be. */
export const requestFetchSchema = z.strictObject({
  /** https, without a name or a password in it. */
  url: z.string().min(1).max(4_096),
  /** Of the content; nothing else is stored. */
  sha256: bytes32Schema.optional(),
})
/** POST /v1/uploads/:uploadId/fetch: where the content is, and what it has to be. */
export type RequestFetch = z.output<typeof requestFetchSchema>

/** POST /v1/uploads/:uploadId/attestation: what the maker is about to publish. */
export const requestAttestationSchema = z.strictObject({
  market: bytes32Schema,
  salt: bytes32Schema,
  services: z.array(z.enum(KINDS)).min(1).max(2),
  metadata: metadataSchema,
  /** The service compute, and only it, has one of the two: a policy where the content is data, */
  policy: policySchema.optional(),
  /** and these where it is an algorithm. */
  algorithmTerms: algorithmTermsSchema.optional(),
})
/** POST /v1/uploads/:uploadId/attestation: what the maker is about to publish. */
export type RequestAttestation = z.output<typeof requestAttestationSchema>

/** What was sold of a listing's bytes by others of the same maker that promised no epsilon; orders that wait count, too. */
export const toldBeforeSchema = z.strictObject({
  /** Sales of the content as it is. */
  downloads: smallUintSchema(53),
  /** Runs without a privacy mode, */
  runs: smallUintSchema(53),
  /** and what they are charged. */
  bits: smallUintSchema(53),
})
/** What was sold of a listing's bytes by others of the same maker that promised no epsilon; orders that wait count, too. */
export type ToldBefore = z.output<typeof toldBeforeSchema>

/** The datatrust's word, as `Listings.publish` takes it. */
export const attestationAnswerSchema = z.strictObject({
  datatrust: smallUintSchema(32),
  contentRoot: bytes32Schema,
  sizeBytes: smallUintSchema(53),
  policyHash: bytes32Schema,
  metadataHash: bytes32Schema,
  services: smallUintSchema(8),
  expiry: smallUintSchema(40),
  signature: hexSchema,
  /** With a privacy mode, where there was something: a promise from now on does not take it back. */
  toldBefore: toldBeforeSchema.optional(),
})
/** The datatrust's word, as `Listings.publish` takes it. */
export type AttestationAnswer = z.output<typeof attestationAnswerSchema>
