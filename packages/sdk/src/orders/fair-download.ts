import {
  CELL_BYTES,
  cellCount,
  cellsRoot,
  evidenceOf,
  HASH_BYTES,
  leavesRoot,
  openCells,
  WrongCellError,
} from '@gristmill/envelope'
import { type Content, type Delivery, type Hex, isProtocolError, type OrderId } from '@gristmill/protocol'
import { getBytes, hexlify, keccak256 } from 'ethers'
import type { Connection } from '../connection.js'
import { InvalidParameterError } from '../errors/connection-errors.js'
import { DatatrustError, DatatrustTimeoutError } from '../errors/datatrust-errors.js'
import {
  type DeliveryFault,
  DeliveryFaultError,
  SessionKeyError,
  WrongDeliveryError,
} from '../errors/delivery-errors.js'
import { ContentMismatchError } from '../errors/mismatch-errors.js'
import { acknowledgeDelivery } from './acknowledge-delivery.js'
import { sendComplaint } from './complain.js'
import type { Download, DownloadOrderParams, VerifiedContent } from './download-order.js'
import type { OrderTerms } from './fulfil-order.js'
import { findRevealed } from './get-order.js'
import { memoryPartial } from './memory-partial.js'
import { statusOf } from './order-status.js'
import type { PartialDownload } from './partial-download.js'
import { readKept } from './read-message.js'
import type { SessionKey } from './session-key.js'

/** How long the key is waited for. */
const KEY_WAIT_MS = 600_000
const KEY_POLL_MS = 500

interface FairDownload extends DownloadOrderParams {
  terms: OrderTerms
  bought: Pick<Content, 'contentRoot'> & { sizeBytes: number }
  partial: PartialDownload
  /** Unix seconds: until when the key has to be there. */
  fulfilBy: number
  /** The key was public when this download began. */
  isRevealed: boolean
}

/**
 * Collects the data of a fair exchange. The leaf list is compared with the content root and the ciphertext hashed before
 * anything is acknowledged; the key is the one that the chain holds; every cell is compared with its leaf before it is
 * yielded, and a wrong one is proved on chain.
 */
export async function downloadFair(
  connection: Connection,
  params: DownloadOrderParams,
  { terms, bought }: Pick<FairDownload, 'terms' | 'bought'>,
): Promise<Download> {
  const { orderId, session } = params
  const { status, deadline: fulfilBy } = await statusOf(connection, { orderId })
  if (status === 'placed') requireSession(orderId, terms, session, fulfilBy)
  const fair: FairDownload = {
    ...params,
    terms,
    bought,
    fulfilBy,
    isRevealed: status !== 'placed',
    partial: params.partial ?? memoryPartial(),
  }
  const { promise: verified, resolve, reject } = Promise.withResolvers<VerifiedContent>()
  // Whoever only reads `content` learns of a failure there.
  verified.catch(() => undefined)

  async function* read(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      await receiveLeaves(connection, fair)
      const cipherRoot = await receiveCiphertext(connection, fair)
      const delivery = await keyFor(connection, fair, cipherRoot)
      const whole = connection.sha256.create()
      for await (const chunk of open(connection, fair, delivery)) {
        whole.update(chunk)
        yield chunk
      }
      resolve({ ...bought, sha256: hexlify(whole.digest()) as Hex })
    } catch (error) {
      reject(error)
      throw error
    }
  }
  return { sizeBytes: bought.sizeBytes, content: read(), verified }
}

function requireSession(
  orderId: OrderId,
  { deal: { ackKey } }: OrderTerms,
  session: SessionKey | undefined,
  fulfilBy: number,
): void {
  if (session === undefined) {
    throw new InvalidParameterError(
      'session',
      'is missing: pass the session key whose address the quote named as ackKey.',
    )
  }
  if (session.address !== ackKey) throw new SessionKeyError(orderId, ackKey, session.address, fulfilBy)
}

/** The leaf list comes first: it is small, and what it does not hash to need not be fetched. */
async function receiveLeaves(connection: Connection, fair: FairDownload): Promise<void> {
  const { orderId, bought, partial } = fair
  const sizeBytes = cellCount(bought.sizeBytes) * HASH_BYTES
  const path = `/v1/orders/${orderId}/leaves`
  const root = await received(fair, 'leaves', async () => {
    const source = readKept(connection, { orderId, path, as: askerOf(fair), partial: partial.leaves, sizeBytes })
    return hexlify(await leavesRoot(source, connection.sha256)) as Hex
  })
  if (root !== bought.contentRoot) throw await fault(fair, 'leaves-wrong')
}

/** The root over the encrypted cells, as they arrived. */
function receiveCiphertext(connection: Connection, fair: FairDownload): Promise<Hex> {
  const { orderId, bought, partial, onProgress } = fair
  const sizeBytes = cellCount(bought.sizeBytes) * CELL_BYTES
  const path = `/v1/orders/${orderId}/ciphertext`
  const more = onProgress === undefined ? {} : { onProgress }
  return received(fair, 'ciphertext', async () => {
    const source = readKept(connection, { orderId, path, as: askerOf(fair), partial, sizeBytes, ...more })
    return hexlify(await cellsRoot(source, connection.sha256)) as Hex
  })
}

/** Says of a stream that cannot be what it should be what that means for the order. */
async function received<T>(fair: FairDownload, what: 'leaves' | 'ciphertext', receive: () => Promise<T>): Promise<T> {
  try {
    return await receive()
  } catch (error) {
    if (error instanceof ContentMismatchError) throw await fault(fair, `${what}-size`, error)
    if (what === 'leaves' && (error instanceof DatatrustTimeoutError || isRefusal(error))) {
      throw await fault(fair, 'leaves-withheld', error)
    }
    throw error
  }
}

/** A refusal of the bytes themselves, not of who asks or of the order. */
function isRefusal(error: unknown): boolean {
  return (
    error instanceof DatatrustError && (error.status === 404 || error.status >= 500) && error.code !== 'ORDER_NOT_FOUND'
  )
}

/** What was kept of it is worthless: the next try begins anew. */
async function fault(fair: FairDownload, what: DeliveryFault, cause?: unknown): Promise<DeliveryFaultError> {
  await fair.partial.discard()
  const isRefundable = !fair.isRevealed && what !== 'ciphertext-changed'
  return new DeliveryFaultError(fair.orderId, what, isRefundable ? fair.fulfilBy : undefined, cause)
}

/** Another key than the order's may be at hand when an order is fetched again: then the account asks. */
const askerOf = ({ session, terms }: FairDownload): SessionKey | 'account' =>
  session?.address === terms.deal.ackKey ? session : 'account'

/** The delivery as the chain holds it, once the key is revealed for exactly these bytes. */
async function keyFor(connection: Connection, fair: FairDownload, cipherRoot: Hex): Promise<Delivery> {
  const { orderId, bought, session, terms, fulfilBy, signal } = fair
  fair.onStep?.('key')
  const { status } = await statusOf(connection, { orderId })
  if (status === 'placed') {
    requireSession(orderId, terms, session, fulfilBy)
    const { keyTimeoutMs: timeoutMs = KEY_WAIT_MS, pollMs = KEY_POLL_MS } = fair
    const said = { orderId, session: session as SessionKey, ...bought, cipherRoot, fulfilBy, timeoutMs, pollMs, signal }
    try {
      await acknowledgeDelivery(connection, said)
    } catch (error) {
      if (isProtocolError(error, 'DELIVERY_FAULT')) await fair.partial.discard()
      throw error
    }
  }
  const { delivery } = await findRevealed(connection, orderId)
  const keyHash = keccak256(delivery.key)
  // The chain has compared them; this is for a node that lies.
  if (keyHash !== terms.goods.keyHash) throw new ContentMismatchError('keyHash', terms.goods.keyHash, keyHash)
  if (delivery.cipherRoot !== cipherRoot) throw await fault(fair, 'ciphertext-changed')
  return delivery
}

/** Decrypts what is kept, and complains about the first cell that is wrong. */
async function* open(
  connection: Connection,
  fair: FairDownload,
  delivery: Delivery,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { partial, bought } = fair
  const { sha256, chacha20 } = connection
  fair.onStep?.('decrypt')
  try {
    await Promise.all([partial.load(), partial.leaves.load()])
    const kept = () => ({
      ciphertext: partial.read(),
      leaves: partial.leaves.read(),
      sizeBytes: bought.sizeBytes,
      sha256,
    })
    try {
      yield* openCells({ ...kept(), key: getBytes(delivery.key), chacha20 })
    } catch (error) {
      if (!(error instanceof WrongCellError)) throw error
      fair.onStep?.('complain')
      const evidence = await evidenceOf(error.cell, kept())
      throw await complaintAbout(connection, fair, { orderId: fair.orderId, delivery, evidence })
    }
  } finally {
    await partial.close()
    await partial.leaves.close()
  }
}

/** The evidence is kept before it is sent: nothing that fails after this loses it. */
async function complaintAbout(
  connection: Connection,
  { partial }: FairDownload,
  kept: Parameters<PartialDownload['keepEvidence']>[0],
): Promise<WrongDeliveryError> {
  const { orderId, evidence } = kept
  const wrong = { orderId, cell: Number(evidence.cell), evidenceAt: await partial.keepEvidence(kept) }
  try {
    const { receipt, ...complaint } = await sendComplaint(connection, kept)
    return new WrongDeliveryError({ ...wrong, complaint: { ...complaint, transactionHash: receipt.hash } })
  } catch (cause) {
    return new WrongDeliveryError({ ...wrong, cause })
  }
}
