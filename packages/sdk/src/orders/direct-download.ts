import { ContentHasher, type DecryptionKey, MessageError, openMessage, readDecryptionKey } from '@gristmill/envelope'
import { type OrderId, openingSchema } from '@gristmill/protocol'
import { getBytes } from 'ethers'
import type { Connection } from '../connection.js'
import { InvalidParameterError } from '../errors/connection-errors.js'
import { BadAnswerError } from '../errors/datatrust-errors.js'
import { ContentMismatchError } from '../errors/mismatch-errors.js'
import { DELIVERY_IDLE_TIMEOUT_MS } from '../http/limits.js'
import { readBounded } from '../http/read-bounded.js'
import { requestBytes } from '../http/request.js'
import type { Bought, Download, DownloadOrderParams, VerifiedContent } from './download-order.js'
import { fetchMessage } from './fetch-message.js'

/** An Opening is two hashes in JSON. */
const OPENING_BYTES_MAX = 1_024

/**
 * Collects the data of a direct order: streams, decrypts, and checks against the content root that was bought. The kept
 * ciphertext is decrypted and checked again; a part that proves wrong is discarded.
 */
export async function downloadDirect(
  connection: Connection,
  params: DownloadOrderParams,
  bought: Bought,
): Promise<Download> {
  const { orderId, partial, onProgress } = params
  if (params.privateKey === undefined) {
    throw new InvalidParameterError('privateKey', 'is missing: this order is direct, its message opens with it only.')
  }
  const privateKey =
    typeof params.privateKey === 'string' ? await readDecryptionKey(params.privateKey) : params.privateKey
  const { sizeBytes } = bought
  const secret = await fetchSecret(connection, { orderId, privateKey }, bought)
  const kept = { ...(partial && { partial }), ...(onProgress && { onProgress }) }
  const plaintext = fetchMessage(connection, { orderId, ...kept, privateKey, maxBytes: sizeBytes })
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
