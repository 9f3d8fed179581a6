import { ContentHasher, type DecryptionKey, readDecryptionKey } from '@gristmill/envelope'
import { type Goods, type Hex, type OrderId, openingSchema } from '@gristmill/protocol'
import { getBytes } from 'ethers'
import type { Connection } from '../connection.js'
import { BadAnswerError } from '../errors/datatrust-errors.js'
import { ContentMismatchError } from '../errors/mismatch-errors.js'
import { readBounded } from '../http/read-bounded.js'
import { fetchMessage } from './fetch-message.js'
import { findPlaced } from './get-order.js'

/** An Opening is two hashes in JSON. */
const OPENING_BYTES_MAX = 1_024

export interface DownloadOrderParams {
  orderId: OrderId
  /** Of the recipient named in the quote: armored, or unlocked by `readDecryptionKey`. */
  privateKey: string | DecryptionKey
}

export interface VerifiedContent {
  contentRoot: Hex
  sha256: Hex
  sizeBytes: number
}

export interface Download {
  sizeBytes: number
  /**
   * The asset, decrypted, as it streams in. Only the normal end of the loop says that it is what was bought: on any
   * throw, ContentMismatchError above all, discard what came before.
   */
  content: AsyncIterable<Uint8Array>
  /** Settles when `content` has been read to its end: what it was proved to be, or why not. */
  verified: Promise<VerifiedContent>
}

/**
 * Collects the data of an access order: streams, decrypts, and checks against the content root that was bought.
 *
 * @example
 * const { content, verified } = await client.orders.download({ orderId, privateKey })
 * await pipeline(content, createWriteStream('table.csv'))
 * const { sha256 } = await verified
 */
export async function downloadOrder(connection: Connection, params: DownloadOrderParams): Promise<Download> {
  const { orderId } = params
  const privateKey =
    typeof params.privateKey === 'string' ? await readDecryptionKey(params.privateKey) : params.privateKey
  const { goods } = await findPlaced(connection, orderId)
  const sizeBytes = Number(goods.sizeBytes)
  const plaintext = await fetchMessage(connection, { orderId, part: 'message', privateKey, maxBytes: sizeBytes })
  const secret = await fetchSecret(connection, { orderId, privateKey }, goods)
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
      resolve(await verify(hasher, goods))
    } catch (error) {
      reject(error)
      throw error
    }
  }
  return { sizeBytes, content: read(), verified }
}

async function verify(hasher: ContentHasher, goods: Goods): Promise<VerifiedContent> {
  const digest = await hasher.digest()
  if (BigInt(digest.sizeBytes) !== goods.sizeBytes) {
    throw new ContentMismatchError('sizeBytes', goods.sizeBytes, digest.sizeBytes)
  }
  if (digest.contentRoot !== goods.contentRoot) {
    throw new ContentMismatchError('contentRoot', goods.contentRoot, digest.contentRoot)
  }
  return { contentRoot: digest.contentRoot, sha256: digest.sha256, sizeBytes: digest.sizeBytes }
}

async function fetchSecret(connection: Connection, params: DownloadOrderParams, goods: Goods): Promise<Uint8Array> {
  const { orderId, privateKey } = params
  const resource = `/v1/orders/${orderId}/opening`
  const plaintext = await fetchMessage(connection, {
    orderId,
    part: 'opening',
    privateKey,
    maxBytes: OPENING_BYTES_MAX,
  })
  const text = new TextDecoder().decode(await readBounded(plaintext, OPENING_BYTES_MAX, resource))
  const opening = openingSchema.safeParse(parse(text))
  if (!opening.success) throw new BadAnswerError(resource, 'no opening')
  const { contentRoot, secret } = opening.data
  if (contentRoot !== goods.contentRoot) throw new ContentMismatchError('contentRoot', goods.contentRoot, contentRoot)
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
