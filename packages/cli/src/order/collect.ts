import { writeFile } from 'node:fs/promises'
import type { Hex, Metric, OrderId, Receipt } from '@gristmill/protocol'
import type { DownloadProgress } from '@gristmill/sdk'
import { partialFile } from '@gristmill/sdk/node'
import { parseSeconds } from '../arguments.js'
import { FileError } from '../cli-errors.js'
import type { Io } from '../io.js'
import { note } from '../output.js'
import { formatBytes, startProgress } from '../progress.js'
import type { Session } from '../session.js'
import { writeAsset } from './write-asset.js'

export interface CollectParams {
  orderId: OrderId
  /** Must not exist. */
  out: string
  /** Seconds, as the user wrote them. */
  timeout?: string
}

export interface Collected {
  out: string
  sizeBytes: number
  sha256: Hex
  /** Of a run. */
  receipt?: Receipt
  metrics?: Metric[]
  /** For people. */
  shown: Record<string, string | number | undefined>
}

/** Waits until an order has brought what was bought, and writes it once it is proved. */
export async function collect(io: Io, session: Session, params: CollectParams): Promise<Collected> {
  const { client } = session
  const { orderId, timeout } = params
  const { kind } = await client.orders.wait({
    orderId,
    onState: (state) => note(io, STATES[state] ?? `The order is ${state}.`),
    ...(timeout === undefined ? {} : { timeoutMs: parseSeconds('--timeout', timeout) * 1_000 }),
  })
  return kind === 'access' ? collectData(io, session, params) : collectModel(session, params)
}

const STATES: Readonly<Record<string, string>> = {
  quoted: 'The datatrust waits until the order is final on the chain.',
  ready: 'The data is ready.',
  running: 'The algorithm runs.',
  review: "The run is over; it waits for the maker's approval.",
  marking: 'The datatrust marks the order on the chain.',
  done: 'The order is fulfilled.',
}

/** What comes is kept, encrypted, in `out`.partial: the same command goes on from there, however it ended. */
async function collectData(io: Io, { client, openpgp }: Session, params: CollectParams): Promise<Collected> {
  const { orderId, out } = params
  const { privateKey } = await openpgp()
  const { deal } = await client.orders.get({ orderId })
  const { document } = await client.listings.get({ listing: deal.listing })
  const partial = partialFile(`${out}.partial`)
  using progress = startProgress(io)
  let isContinued = false
  const onProgress = ({ receivedBytes, totalBytes, keptBytes }: DownloadProgress): void => {
    if (keptBytes > 0 && !isContinued) note(io, `${formatBytes(keptBytes)} are here already: goes on from there.`)
    isContinued = keptBytes > 0
    progress.report({ label: 'Downloads', doneBytes: receivedBytes, totalBytes })
  }
  const { content, verified } = await client.orders.download({ orderId, privateKey, partial, onProgress })
  await writeAsset({ out, content, files: document.metadata.files })
  await partial.discard()
  const { sha256, sizeBytes } = await verified
  return { out, sizeBytes, sha256, shown: { file: out, bytes: sizeBytes, sha256, content: 'is what was bought' } }
}

async function collectModel({ client, openpgp }: Session, { orderId, out }: CollectParams): Promise<Collected> {
  const { privateKey } = await openpgp()
  const { model, receipt, metrics } = await client.orders.collectModel({ orderId, privateKey })
  try {
    await writeFile(out, model, { flag: 'wx' })
  } catch (error) {
    throw new FileError(out, 'cannot be written: check path and permissions.', error)
  }
  const sha256 = receipt.releasedHash
  const measured = metrics.map(({ name, micros }) => [name, (micros / 1_000_000).toFixed(4)])
  const shown = { file: out, bytes: model.length, sha256, ...Object.fromEntries(measured), receipt: 'signed, on chain' }
  return { out, sizeBytes: model.length, sha256, receipt, metrics, shown }
}
