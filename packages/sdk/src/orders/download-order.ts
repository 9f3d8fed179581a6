import type { DecryptionKey } from '@gristmill/envelope'
import { type Hex, type ListingDocument, ZERO_BYTES32 } from '@gristmill/protocol'
import type { Connection } from '../connection.js'
import { ContentMismatchError } from '../errors/mismatch-errors.js'
import { getListing } from '../listings/get-listing.js'
import { downloadDirect } from './direct-download.js'
import { downloadFair } from './fair-download.js'
import type { OrderTerms } from './fulfil-order.js'
import { findPlaced } from './get-order.js'
import type { OrderParams } from './order-status.js'
import type { PartialDownload } from './partial-download.js'
import type { DownloadProgress } from './read-message.js'
import type { SessionKey } from './session-key.js'
import { verifiedRun } from './verified-run.js'

/** What a fair download does after the ciphertext is here. */
export type DownloadStep = 'key' | 'decrypt' | 'complain'

/** What `client.orders.download` takes. */
export interface DownloadOrderParams extends OrderParams {
  /** Of a fair exchange: the one whose address the quote named as `ackKey`; not needed once the key is revealed. */
  session?: SessionKey
  /** Of a direct order: of the recipient named in the quote, armored or unlocked by `readDecryptionKey`. */
  privateKey?: string | DecryptionKey
  /** Where encrypted bytes are kept, for a later download too; default: a fair exchange of up to 256 MiB in memory. */
  partial?: PartialDownload
  /** Called as bytes arrive. */
  onProgress?: (progress: DownloadProgress) => void
  /** Called as a fair download goes on: the key is waited for, cells are decrypted, a wrong one is complained about. */
  onStep?: (step: DownloadStep) => void
  /** How long the key is waited for, ms; default: ten minutes. */
  keyTimeoutMs?: number
  /** Between two looks at the chain for the key, ms; default: half a second. */
  pollMs?: number
  /** Ends the wait for the key with the signal's reason. */
  signal?: AbortSignal
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
   * the loop says that it is what was bought: on any throw discard what came before.
   */
  content: AsyncIterable<Uint8Array>
  /** Settles when `content` has been read to its end: what it was proved to be, or why not. */
  verified: Promise<VerifiedContent>
}

/**
 * Collects the data of an access order, or the model of a run as it streams, and proves it to be what was bought.
 *
 * By the fair exchange: the ciphertext comes first and is acknowledged with the session key, the datatrust reveals the key
 * on chain, every cell is decrypted and compared with what was listed. A wrong one is proved on chain at once
 * (`WrongDeliveryError` says what came back); a datatrust that withholds something or is late is not paid
 * (`DeliveryFaultError`, `KeyLateError` say when the price can be taken back). A direct order comes as an OpenPGP message
 * instead, with `privateKey`.
 *
 * With `partial` a download that was broken off, even by the end of the process, goes on where it stopped. Discard it once
 * the content is safe; a part that proves wrong is discarded here.
 *
 * @example
 * const { content, verified } = await client.orders.download({ orderId, session, partial })
 * await pipeline(content, createWriteStream('table.csv'))
 * const { sha256 } = await verified
 */
export async function downloadOrder(connection: Connection, params: DownloadOrderParams): Promise<Download> {
  const terms = await findPlaced(connection, params.orderId)
  const bought =
    terms.deal.kind === 'access'
      ? await findContent(connection, terms)
      : (await verifiedRun(connection, { ...terms, session: params.session })).bought
  if (terms.goods.keyHash === ZERO_BYTES32) return downloadDirect(connection, params, bought)
  return downloadFair(connection, params, { terms, bought })
}

/** What was bought. */
export type Bought = Pick<ListingDocument, 'contentRoot' | 'sizeBytes'>

/** What an order is for: its listing's content, to which its goods commit. */
async function findContent(connection: Connection, { deal, goods }: OrderTerms): Promise<Bought> {
  const { document, termsHash } = await getListing(connection, { listing: deal.listing })
  if (termsHash !== goods.termsHash) throw new ContentMismatchError('termsHash', goods.termsHash, termsHash)
  const { contentRoot, sizeBytes } = document
  return { contentRoot, sizeBytes }
}
