import {
  type AlgorithmTerms,
  type Hex,
  isProtocolError,
  type ListingId,
  listingIdOf,
  type MarketId,
  type metadataSchema,
  type Policy,
  termsHashOf,
} from '@gristmill/protocol'
import { type ContractTransactionReceipt, hexlify, randomBytes } from 'ethers'
import type { z } from 'zod'
import { eventOf } from '../chain/events-of.js'
import { onChain } from '../chain/on-chain.js'
import { send } from '../chain/send.js'
import { type Connection, requireSigner } from '../connection.js'
import { assetOf } from '../markets/asset-of.js'
import { type PaymentMethod, toPayment } from '../payment/to-payment.js'
import { type Attested, attestListing } from './attest-listing.js'
import { getListingRecord } from './listing-record.js'
import { type Prices, pricesToChain, servicesOf } from './prices.js'
import { type UploadContentParams, type UploadContentResult, uploadContent } from './upload-content.js'

/** What has been done of a publication so far. */
export type PublishProgress =
  | { step: 'uploading'; sentBytes: number; sizeBytes: number }
  | { step: 'uploaded'; upload: UploadContentResult }
  | { step: 'attested'; attested: Attested }

/** What `client.listings.publish` takes. */
export interface PublishListingParams extends Omit<UploadContentParams, 'onProgress'> {
  market: MarketId
  /** What is offered is what has a price. */
  prices: Prices
  /** Public; version and files are filled in. */
  metadata: Omit<z.input<typeof metadataSchema>, 'version' | 'files'>
  /** What may leave; with, and only with, compute. */
  policy?: Policy
  /** In place of a policy, of what is no data but an algorithm: it is sold by the run. */
  algorithmTerms?: AlgorithmTerms
  /** How the market's listing bond is paid. */
  payment: PaymentMethod
  /**
   * The maker's own, not used in this market before; default: random. The same salt and upload id again finish what was
   * begun: a listing that is on chain already is found, and no second bond is paid.
   */
  salt?: Hex
  /** Called when a step begins or ends, and as bytes are sent. */
  onProgress?: (progress: PublishProgress) => void
}

/** What `client.listings.publish` gives. */
export interface PublishListingResult extends PublishAttestedResult {
  upload: UploadContentResult
  attested: Attested
}

/**
 * Uploads an asset, has it attested and lists it.
 *
 * @example
 * const { listing } = await client.listings.publish({
 *   market, files: [{ name: 'table.csv', sizeBytes: bytes.length }], content: bytes,
 *   metadata: { name: 'Table', license: 'CC0-1.0' }, prices: { access: 5_000_000n }, payment: 'permit',
 * })
 */
export async function publishListing(
  connection: Connection,
  params: PublishListingParams,
): Promise<PublishListingResult> {
  const { market, files, prices, policy, algorithmTerms, payment, onProgress } = params
  const sizeBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0)
  const upload = await uploadContent(connection, {
    ...params,
    onProgress: (sentBytes) => onProgress?.({ step: 'uploading', sentBytes, sizeBytes }),
  })
  onProgress?.({ step: 'uploaded', upload })
  const attested = await attestListing(connection, {
    upload,
    market,
    salt: params.salt ?? (hexlify(randomBytes(32)) as Hex),
    services: servicesOf(prices),
    metadata: { ...params.metadata, version: 1, files },
    ...(policy && { policy }),
    ...(algorithmTerms && { algorithmTerms }),
  })
  onProgress?.({ step: 'attested', attested })
  const published = await publishAttested(connection, { ...attested, prices, payment })
  return { ...published, upload, attested }
}

export interface PublishAttestedParams extends Attested {
  prices: Prices
  /** How the market's listing bond is paid. */
  payment: PaymentMethod
}

/** What `client.listings.publishAttested` gives. */
export interface PublishAttestedResult {
  listing: ListingId
  contentRoot: Hex
  sizeBytes: number
  metadataHash: Hex
  policyHash: Hex
  /** Unix seconds from which orders are taken. */
  activeFrom: number
  /** Null if an earlier call had listed it. */
  receipt: ContractTransactionReceipt | null
}

/** Lists what a datatrust has attested, in one transaction; what is listed already is found instead. */
export async function publishAttested(
  connection: Connection,
  params: PublishAttestedParams,
): Promise<PublishAttestedResult> {
  const { listings, markets } = connection.contracts
  const { market, salt, prices, attestation } = params
  const { contentRoot, sizeBytes, policyHash, metadataHash, datatrust, services, expiry, signature } = attestation
  const earlier = await findPublished(connection, params)
  if (earlier !== undefined) return earlier
  const [token, [config]] = await Promise.all([assetOf(connection, market), onChain(() => markets.configOf(market))])
  const spender = connection.deployment.listings
  const due = { method: params.payment, token, spender, amount: config.listingBond }
  const sending = send(
    connection,
    listings.publish,
    market,
    salt,
    { contentRoot, sizeBytes, policyHash, metadataHash },
    pricesToChain(prices),
    datatrust,
    { services, expiry, signature },
    await toPayment(connection, due),
  )
  let receipt: ContractTransactionReceipt
  try {
    receipt = await sending
  } catch (error) {
    // Sent by an earlier call and mined meanwhile: the chain is where it should be.
    const found = isProtocolError(error, 'LISTINGS_EXISTS') ? await findPublished(connection, params) : undefined
    if (found === undefined) throw error
    return found
  }
  const event = eventOf(listings, listings.getEvent('ListingPublished'), receipt)
  return {
    listing: event.listing as ListingId,
    contentRoot,
    sizeBytes,
    metadataHash,
    policyHash,
    activeFrom: Number(event.activeFrom),
    receipt,
  }
}

/** The listing of this maker under this salt, if it is of exactly this content at this datatrust. */
async function findPublished(
  connection: Connection,
  { market, salt, attestation }: PublishAttestedParams,
): Promise<PublishAttestedResult | undefined> {
  const { contentRoot, sizeBytes, policyHash, metadataHash, datatrust } = attestation
  const listing = listingIdOf(market, requireSigner(connection).account, salt)
  try {
    const record = await getListingRecord(connection, { listing })
    const terms = { contentRoot, sizeBytes: BigInt(sizeBytes), policyHash, metadataHash }
    if (record.termsHash !== termsHashOf(terms) || record.datatrust !== datatrust) return undefined
    return { listing, contentRoot, sizeBytes, policyHash, metadataHash, activeFrom: record.activeFrom, receipt: null }
  } catch (error) {
    if (isProtocolError(error, 'LISTINGS_UNKNOWN')) return undefined
    throw error
  }
}
