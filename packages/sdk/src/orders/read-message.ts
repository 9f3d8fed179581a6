import type { Connection } from '../connection.js'
import { MessageChangedError } from '../errors/datatrust-errors.js'
import { ContentMismatchError } from '../errors/mismatch-errors.js'
import { type Asker, type Representation, representationOf, resume } from '../http/resume.js'
import type { OrderParams } from './order-status.js'
import type { KeptMessage, PartialMessage } from './partial-message.js'

/** How much of a message is here; bytes of the message, which is a little longer than the content. */
export interface DownloadProgress {
  /** Kept from before and received now. */
  receivedBytes: number
  totalBytes: number
  /** Of these, kept from before: not sent again. */
  keptBytes: number
}

/** What `client.orders.message` takes. */
export interface ReadMessageParams extends OrderParams {
  /** Where encrypted bytes are kept for a later download; default: nowhere. */
  partial?: PartialMessage
  /** Called as bytes arrive. */
  onProgress?: (progress: DownloadProgress) => void
}

/** The message of an order, encrypted as it is: what was kept of it first, then the rest as it comes. */
export function readMessage(connection: Connection, params: ReadMessageParams): AsyncGenerator<Uint8Array> {
  return readKept(connection, { ...params, path: `/v1/orders/${params.orderId}/message`, as: 'account' })
}

/** What `readKept` takes. */
export interface ReadKeptParams extends ReadMessageParams {
  /** Of bytes of the order that do not change. */
  path: string
  as: Asker
  /** How many there must be; default: as many as the datatrust says. */
  sizeBytes?: number
}

/** Bytes of an order: what was kept of them first, then the rest as it comes. */
export async function* readKept(connection: Connection, params: ReadKeptParams): AsyncGenerator<Uint8Array> {
  try {
    yield* readOn(connection, params)
  } catch (error) {
    if (error instanceof MessageChangedError) await params.partial?.discard()
    throw error
  } finally {
    await params.partial?.close()
  }
}

async function* readOn(connection: Connection, params: ReadKeptParams): AsyncGenerator<Uint8Array> {
  const { orderId, partial, onProgress, path, as } = params
  const kept = await loadKept(connection, params)
  const keptBytes = kept?.keptBytes ?? 0
  let totalBytes = kept?.sizeBytes ?? 0
  let receivedBytes = 0
  const report = (chunk: Uint8Array): void => {
    receivedBytes += chunk.length
    onProgress?.({ receivedBytes, totalBytes, keptBytes })
  }
  if (kept !== undefined && partial !== undefined) {
    for await (const chunk of partial.read()) {
      report(chunk)
      yield chunk
    }
  }
  const onRepresentation = async (found: Representation): Promise<void> => {
    const { sizeBytes = found.sizeBytes } = params
    if (found.sizeBytes !== sizeBytes) throw new ContentMismatchError('sizeBytes', sizeBytes, found.sizeBytes)
    totalBytes = found.sizeBytes
    await partial?.begin({ orderId, ...found })
  }
  const from = kept === undefined ? {} : { from: { ...kept, offset: keptBytes } }
  for await (const chunk of resume(connection, { path, as, ...from, onRepresentation })) {
    await partial?.append(chunk)
    report(chunk)
    yield chunk
  }
}

/** What is kept of this very message; anything else is forgotten. */
async function loadKept(
  connection: Connection,
  { orderId, partial, path, as }: ReadKeptParams,
): Promise<KeptMessage | undefined> {
  const kept = await partial?.load()
  if (partial === undefined || kept === undefined) return undefined
  if (kept.orderId === orderId && kept.keptBytes > 0) {
    const { etag, sizeBytes } = await representationOf(connection, { path, as })
    if (kept.etag === etag && kept.sizeBytes === sizeBytes && kept.keptBytes <= sizeBytes) return kept
  }
  await partial.discard()
  return undefined
}
