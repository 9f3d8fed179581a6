import {
  type Address,
  type AlgorithmTerms,
  type AttestationAnswer,
  algorithmTermsHash,
  attestationAnswerSchema,
  attestationTypedData,
  canonicalHash,
  type Hex,
  leakBits,
  listingIdOf,
  policyHash,
  type RequestAttestation,
  rowsAtMost,
  servicesMask,
  termsHashOf,
  ZERO_BYTES32,
} from '@gristmill/protocol'
import { inspectTable } from '@gristmill/runner'
import { inspectAlgorithm, readStoredAlgorithm } from '../algorithms/algorithm.js'
import { recordAct } from '../audit/acts.js'
import type { Context } from '../context.js'
import { signTypedData } from '../sign.js'
import { contentSha256 } from '../uploads/content-sha256.js'
import { readContent } from '../uploads/read-content.js'
import type { StoredUpload } from '../uploads/upload.js'
import { AttestationTermsError, PrivacyConflictError, TooManyAttestationsError } from './attestation-errors.js'
import { timeReadTo, underOnePromise } from './one-promise.js'
import { areAtOdds, rowPromiseOf } from './row-promise.js'
import { toldBefore } from './told-before.js'

/** Different terms under which one upload is attested. */
const ATTESTATIONS_MAX = 100

/**
 * The datatrust's word that it holds this content and will serve it under these terms. For compute the stored data is
 * decrypted and read once against the policy's table, so that a policy under which nothing can run is refused now; so is
 * one that names a runtime which nothing here runs.
 */
export async function attest(
  ctx: Context,
  maker: Address,
  upload: StoredUpload,
  request: RequestAttestation,
): Promise<AttestationAnswer> {
  requireFitting(upload, request)
  const promise = rowPromiseOf(servicesMask(request.services), request.policy)
  if (areAtOdds(promise, promise)) throw new PrivacyConflictError(promise)
  if (request.algorithmTerms !== undefined) await requireAlgorithm(ctx, upload, request.algorithmTerms)
  for (const { runtime } of request.policy?.algorithms ?? []) ctx.executors.of(runtime)
  if (request.services.includes('compute') || request.metadata.checksums?.length === 1) {
    requireSha256(await contentSha256(ctx, upload), request)
  }
  const { market, salt, policy, algorithmTerms, metadata } = request
  const terms = {
    contentRoot: upload.content_root,
    sizeBytes: BigInt(upload.size_bytes),
    policyHash: computeTermsHash(request),
    metadataHash: canonicalHash(metadata),
  }
  const key = {
    listing: listingIdOf(market, maker, salt),
    terms_hash: termsHashOf(terms),
    services: servicesMask(request.services),
  }
  return ctx.tasks.once(`attest ${key.listing} ${key.terms_hash} ${key.services}`, async () => {
    const known = await ctx.db
      .selectFrom('attestations')
      .select(['answer', 'rows_at_most'])
      .where('listing', '=', key.listing)
      .where('terms_hash', '=', key.terms_hash)
      .where('services', '=', key.services)
      .executeTakeFirst()
    const answered = known === undefined ? undefined : attestationAnswerSchema.parse(JSON.parse(known.answer))
    const now = await ctx.chain.now()
    const { attestationSeconds } = ctx.config.terms
    if (answered !== undefined && answered.expiry > now + attestationSeconds / 2) return answered

    const rows_at_most = known === undefined ? await inspectNew(ctx, upload, request) : known.rows_at_most
    const { datatrust } = ctx.config
    const words = { ...terms, datatrust, services: key.services, expiry: now + attestationSeconds }
    const message = attestationTypedData(ctx.chain.listingsDomain, { ...words, maker, market, salt })
    const signature = await signTypedData(ctx.secrets.signer, message)
    const attesting = { maker, listing: key.listing, upload, promise, now, readTo: await timeReadTo(ctx) }
    const answer = await underOnePromise(ctx, attesting, async (trx) => {
      const told = promise.mode === undefined ? undefined : await toldBefore(trx, upload)
      const answer: AttestationAnswer = {
        ...words,
        sizeBytes: upload.size_bytes,
        signature,
        ...(told && { toldBefore: told }),
      }
      await trx
        .insertInto('attestations')
        .values({
          ...key,
          account: maker,
          upload_id: upload.upload_id,
          metadata: JSON.stringify(metadata),
          policy: policy === undefined ? null : JSON.stringify(policy),
          algorithm_terms: algorithmTerms === undefined ? null : JSON.stringify(algorithmTerms),
          rows_at_most,
          answer: JSON.stringify(answer),
          expiry: answer.expiry,
        })
        .onConflict((conflict) =>
          conflict
            .columns(['listing', 'terms_hash', 'services'])
            .doUpdateSet({ answer: JSON.stringify(answer), expiry: answer.expiry }),
        )
        .execute()
      await recordAct(trx, {
        type: 'attested',
        account: maker,
        listing: key.listing,
        subject: upload.upload_id,
        details: { contentRoot: upload.content_root, services: key.services, termsHash: key.terms_hash },
      })
      return answer
    })
    ctx.log.info({ maker, listing: key.listing, services: key.services }, 'attested')
    return answer
  })
}

/** What the listing's `policyHash` commits to: what may leave its data, or which algorithm it is. */
function computeTermsHash({ policy, algorithmTerms }: RequestAttestation): Hex {
  if (policy !== undefined) return policyHash(policy)
  return algorithmTerms === undefined ? ZERO_BYTES32 : algorithmTermsHash(algorithmTerms)
}

/** The algorithm that content is sold as runs here. */
async function requireAlgorithm(ctx: Context, upload: StoredUpload, { algorithm }: AlgorithmTerms): Promise<void> {
  const module = await readStoredAlgorithm(ctx, upload)
  await inspectAlgorithm(ctx, module, algorithm.runtime)
}

function requireFitting(
  upload: StoredUpload,
  { services, policy, algorithmTerms, metadata }: RequestAttestation,
): void {
  if (new Set(services).size !== services.length) {
    throw new AttestationTermsError('services', 'name every service once')
  }
  const terms = [policy, algorithmTerms].filter((one) => one !== undefined)
  if (terms.length !== (services.includes('compute') ? 1 : 0)) {
    throw new AttestationTermsError(
      'policy',
      'send one with the service compute, and only with it; for an algorithm send algorithmTerms instead',
    )
  }
  if (JSON.stringify(metadata.files) !== upload.files) {
    throw new AttestationTermsError('metadata.files', 'name the files, sizes and order of the upload')
  }
}

/** What the maker says of the content's hash is true. */
function requireSha256(sha256: Hex, { algorithmTerms, metadata: { checksums } }: RequestAttestation): void {
  if (algorithmTerms !== undefined && algorithmTerms.algorithm.digest !== sha256) {
    throw new AttestationTermsError('algorithmTerms.algorithm.digest', 'name the sha256 of the content')
  }
  if (checksums?.length === 1 && checksums[0] !== sha256) {
    throw new AttestationTermsError(
      'metadata.checksums',
      'it is not the sha256 of the content; correct it or leave it out',
    )
  }
}

/** As `inspect`, one after the other: reading a large table costs memory. */
async function inspectNew(ctx: Context, upload: StoredUpload, request: RequestAttestation): Promise<number | null> {
  const { account, upload_id } = upload
  const { count } = await ctx.db
    .selectFrom('attestations')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('account', '=', account)
    .where('upload_id', '=', upload_id)
    .executeTakeFirstOrThrow()
  if (count >= ATTESTATIONS_MAX) throw new TooManyAttestationsError(upload_id, ATTESTATIONS_MAX)
  return ctx.tasks.inTurn('inspect table', () => inspect(ctx, upload, request))
}

/** Rows that one run could carry out; null without compute. */
async function inspect(
  ctx: Context,
  upload: StoredUpload,
  { policy, metadata }: RequestAttestation,
): Promise<number | null> {
  if (policy === undefined) return null
  const source = readContent(ctx, upload)
  const size = await inspectTable({ source, policy, encodedBytesMax: ctx.executors.tableBytesMax(policy) })
  if (metadata.rows !== undefined && metadata.rows !== size.rows) {
    throw new AttestationTermsError('metadata.rows', `the table has ${size.rows} rows; correct it or leave it out`)
  }
  return rowsAtMost(leakBits(policy), size)
}
