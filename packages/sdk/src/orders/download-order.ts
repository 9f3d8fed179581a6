import { ContentHasher, type DecryptionKey, MessageError, openMessage, readDecryptionKey } from '@gristmill/envelope'
import { type Hex, type ListingDocument, type OrderId, openingSchema } from '@gristmill/protocol'
import { getBytes } from 'ethers'
import type { Connection } from '../connection.js'
import { BadAnswerError } from '../errors/datatrust-errors.js'
import { ContentMismatchError } from '../errors/mismatch-errors.js'
import { DELIVERY_IDLE_TIMEOUT_MS } from '../http/limits.js'
import { readBounded } from '../http/read-bounded.js'
import { requestBytes } from '../http/request.js'
import { getListing } from '../listings/get-listing.js'
import { fetchMessage } from './fetch-message.js'
import { findPlaced } from './get-order.js'
import type { ReadMessageParams } from './read-message.js'

/** An Opening is two hashes in JSON. */
const OPENING_BYTES_MAX = 1_024

/** What `client.orders.download` takes. */
export interface DownloadOrderParams extends ReadMessageParams {
  /** Of the recipient named in the quote: armored, or unlocked by `readDecryptionKey`. */
  privateKey: string | DecryptionKey
}

/** What was received and compared with what was bought. */
export interface VerifiedContent {
  contentRoot: Hex
  sha256: Hex
  sizeBytes: number
}

/** Data on its way; proved to be what was bought only at its end. */
export interface Download {
  sizeBytes: number
  /**
   * The asset, decrypted, as it streams in. A connection that breaks is taken up again unseen. Only the normal end of
   * the loop says that it is what was bought: on any throw, ContentMismatchError above all, discard what came before.
   */
  content: AsyncIterable<Uint8Array>
  /** Settles when `content` has been read to its end: what it was proved to be, or why not. */
  verified: Promise<VerifiedContent>
}

/**
 * Collects the data of an access order: streams, decrypts, and checks against the content root that was bought.
 *
 * With `partial` a download that was broken off, even by the end of the process, goes on where it stopped: the kept
 * ciphertext is decrypted and checked again, the rest comes from the datatrust. Discard it once the content is safe; a
 * part that proves wrong is discarded here.
 *
 * @example
 * const { content, verified } = await client.orders.download({ orderId, privateKey })
 * await pipeline(content, createWriteStream('table.csv'))
 * const { sha256 } = await verified
 */
export async function downloadOrder(connection: Connection, params: DownloadOrderParams): Promise<Download> {
  const { orderId, partial } = params
  const privateKey =
    typeof params.privateKey === 'string' ? await readDecryptionKey(params.privateKey) : params.privateKey
  const bought = await findContent(connection, orderId)
  const { sizeBytes } = bought
  const secret = await fetchSecret(connection, { orderId, privateKey }, bought)
  const plaintext = fetchMessage(connection, { ...params, privateKey, maxBytes: sizeBytes })
  const hasher = await ContentHasher.create({ blindSecret: secret, sha256: connection.sha256 })
  const { promise: verified, resolve, reject } = Promise.withResolvers<VerifiedContent>()
  // Whoever only reads `content` learns of a failure there.
  verified.catch(() => undefined)

  async function* read(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for await (const chunk of plaintext) {
        await hasher.update(chunk)
        yield chunk
      }
      resolve(await verify(hasher, bought))
    } catch (error) {
      // Kept any longer, it would fail in the same way the next time.
      if (error instanceof MessageError || error instanceof ContentMismatchError) await partial?.discard()
      reject(error)
      throw error
    }
  }
  return { sizeBytes, content: read(), verified }
}

type Bought = Pick<ListingDocument, 'contentRoot' | 'sizeBytes'>

/** What an order is for: its listing's content, to which its goods commit. */
async function findContent(connection: Connection, orderId: OrderId): Promise<Bought> {
  const { deal, goods } = await findPlaced(connection, orderId)
  const { document, termsHash } = await getListing(connection, { listing: deal.listing })
  if (termsHash !== goods.termsHash) throw new ContentMismatchError('termsHash', goods.termsHash, termsHash)
  return document
}

async function verify(hasher: ContentHasher, bought: Bought): Promise<VerifiedContent> {
  const digest = await hasher.digest()
  if (digest.sizeBytes !== bought.sizeBytes) {
    throw new ContentMismatchError('sizeBytes', bought.sizeBytes, digest.sizeBytes)
  }
  if (digest.contentRoot !== bought.contentRoot) {
    throw new ContentMismatchError('contentRoot', bought.contentRoot, digest.contentRoot)
  }
  return { contentRoot: digest.contentRoot, sha256: digest.sha256, sizeBytes: digest.sizeBytes }
}

/** What proves the data. It is asked for first: the delivery is marked on chain meanwhile, which may take a while. */
async function fetchSecret(
  connection: Connection,
  { orderId, privateKey }: { orderId: OrderId; privateKey: DecryptionKey },
  bought: Bought,
): Promise<Uint8Array> {
  const path = `/v1/orders/${orderId}/opening`
  const idleTimeoutMs = DELIVERY_IDLE_TIMEOUT_MS
  const message = await requestBytes(connection, { method: 'GET', path, as: 'account', idleTimeoutMs })
  const plaintext = openMessage(message, privateKey, { maxBytes: OPENING_BYTES_MAX })
  const text = new TextDecoder().decode(await readBounded(plaintext, OPENING_BYTES_MAX, path))
  const opening = openingSchema.safeParse(parse(text))
  if (!opening.success) throw new BadAnswerError(path, 'no opening')
  const { contentRoot, secret } = opening.data
  if (contentRoot !== bought.contentRoot) throw new ContentMismatchError('contentRoot', bought.contentRoot, contentRoot)
  return getBytes(secret)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The text may hold the secret: no cause, no excerpt.
    return undefined
  }
}
