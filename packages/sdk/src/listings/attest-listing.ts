import {
  type AlgorithmTerms,
  type AttestationAnswer,
  algorithmTermsHash,
  attestationAnswerSchema,
  attestationTypedData,
  canonicalHash,
  type Hex,
  type Kind,
  type MarketId,
  type Metadata,
  metadataSchema,
  type Policy,
  policyHash,
  type RequestAttestation,
  servicesMask,
  typedDataDigest,
  ZERO_BYTES32,
} from '@gristmill/protocol'
import type { z } from 'zod'
import { chainTime } from '../chain/chain-time.js'
import { type Connection, requireDatatrust, requireSigner } from '../connection.js'
import { getDatatrust } from '../datatrusts/get-datatrust.js'
import { DatatrustTimeoutError } from '../errors/datatrust-errors.js'
import { AttestationMismatchError } from '../errors/mismatch-errors.js'
import { ATTESTATION_IDLE_TIMEOUT_MS } from '../http/limits.js'
import { requestJson } from '../http/request.js'
import { Retries } from '../http/retries.js'
import { verifySignature } from '../verify-signature.js'
import { parseParameter } from './parse-parameter.js'

/** What `client.listings.attest` takes. */
export interface AttestListingParams {
  /** What `upload` gave. */
  upload: { uploadId: Hex; contentRoot: Hex; sizeBytes: number }
  market: MarketId
  /** The maker's own, not used in this market before. */
  salt: Hex
  services: Kind[]
  metadata: z.input<typeof metadataSchema>
  /** What may leave; with, and only with, compute. */
  policy?: Policy
  /** In place of a policy, of what is no data but an algorithm. */
  algorithmTerms?: AlgorithmTerms
}

/** What `publishAttested` takes. */
export interface Attested {
  market: MarketId
  salt: Hex
  attestation: AttestationAnswer
}

/**
 * Asks the datatrust for its word that it holds and will serve the content; checks that it gives it for exactly this. Asks again if
 * the connection breaks: a proxy in between may not wait for a large asset to be hashed, which goes on meanwhile.
 */
export async function attestListing(connection: Connection, params: AttestListingParams): Promise<Attested> {
  const { upload, market, salt, services, policy, algorithmTerms } = params
  const metadata: Metadata = parseParameter('metadata', metadataSchema, params.metadata)
  const attestation = await ask(connection, upload.uploadId, {
    market,
    salt,
    services,
    metadata,
    ...(policy && { policy }),
    ...(algorithmTerms && { algorithmTerms }),
  })
  const { datatrust } = await requireDatatrust(connection).card()
  const expected = {
    datatrust,
    contentRoot: upload.contentRoot,
    sizeBytes: upload.sizeBytes,
    policyHash: computeTermsHash(params),
    metadataHash: canonicalHash(metadata),
    services: servicesMask(services),
  }
  for (const [field, value] of Object.entries(expected)) {
    const actual = attestation[field as keyof typeof expected]
    if (actual !== value) throw new AttestationMismatchError(field, value, actual)
  }
  await verifyAttestation(connection, { market, salt, attestation })
  return { market, salt, attestation }
}

async function ask(connection: Connection, uploadId: Hex, json: RequestAttestation): Promise<AttestationAnswer> {
  const retries = new Retries(requireDatatrust(connection).retry)
  for (;;) {
    try {
      return await requestJson(connection, {
        method: 'POST',
        path: `/v1/uploads/${uploadId}/attestation`,
        json,
        idleTimeoutMs: ATTESTATION_IDLE_TIMEOUT_MS,
        as: 'account',
        schema: attestationAnswerSchema,
      })
    } catch (error) {
      // Who is silent for so long is not asked for as long again.
      if (error instanceof DatatrustTimeoutError || !(await retries.again(error))) throw error
    }
  }
}

/** What a listing's `policyHash` commits to: what may leave its data, or which algorithm it is. */
export function computeTermsHash({
  policy,
  algorithmTerms,
}: {
  policy?: Policy | undefined
  algorithmTerms?: AlgorithmTerms | undefined
}): Hex {
  if (policy !== undefined) return policyHash(policy)
  return algorithmTerms === undefined ? ZERO_BYTES32 : algorithmTermsHash(algorithmTerms)
}

async function verifyAttestation(connection: Connection, { market, salt, attestation }: Attested): Promise<void> {
  const { account } = requireSigner(connection)
  const { signature, toldBefore: _told, ...words } = attestation
  const now = await chainTime(connection)
  if (words.expiry < now) throw new AttestationMismatchError('expiry', `${now} or later`, words.expiry)
  const domain = { chainId: connection.chainId, verifyingContract: connection.deployment.listings }
  const message = { ...words, maker: account, market, salt, sizeBytes: BigInt(words.sizeBytes) }
  const { signer } = await getDatatrust(connection, { datatrust: words.datatrust })
  const digest = typedDataDigest(attestationTypedData(domain, message))
  if (!(await verifySignature(connection.provider, { account: signer, digest, signature }))) {
    throw new AttestationMismatchError('signature', `one by ${signer}`, 'one by somebody else')
  }
}
