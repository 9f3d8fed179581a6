import { writeFile } from 'node:fs/promises'
import { type Hex, type Kind, type Metric, type OrderId, type Receipt, ZERO_BYTES32 } from '@gristmill/protocol'
import {
  type DownloadProgress,
  type DownloadStep,
  type PartialDownload,
  type SessionKey,
  WrongDeliveryError,
} from '@gristmill/sdk'
import { partialFile } from '@gristmill/sdk/node'
import { FileError } from '../argument-errors.js'
import { parseSeconds } from '../arguments.js'
import type { Io } from '../io.js'
import { moneyOf } from '../money.js'
import { note } from '../output.js'
import { formatBytes, type Progress, startProgress } from '../progress.js'
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
  const { goods } = await client.orders.get({ orderId })
  const isFair = goods.keyHash !== ZERO_BYTES32
  const key = isFair ? await session.sessionKeys.read(orderId) : undefined
  const isJoint = goods.runId !== ZERO_BYTES32
  const orderIds = isJoint ? (await client.orders.run({ orderId })).orderIds : [orderId]
  let kind: Kind = 'access'
  for (const [index, id] of orderIds.entries()) {
    const waited = await client.orders.wait({
      orderId: id,
      session: key,
      // The orders of a run are where the first one is.
      ...(index === 0 && { onState: (state) => note(io, STATES[state] ?? `The order is ${state}.`) }),
      ...(timeout === undefined ? {} : { timeoutMs: parseSeconds('--timeout', timeout) * 1_000 }),
    })
    kind = waited.kind
  }
  if (isJoint) return collectRun(io, session, { ...params, key, orderIds })
  if (kind === 'compute') return collectModel(io, session, { ...params, key })
  return collectData(io, session, { ...params, isFair, key })
}

const STATES: Readonly<Record<string, string>> = {
  quoted: 'The datatrust waits until the order is final on the chain.',
  ready: 'It is ready.',
  running: 'The algorithm runs.',
  review: "The run is over; it waits for the maker's approval.",
  marking: 'The datatrust marks the order on the chain.',
  done: 'The order is fulfilled.',
}

/** What comes is kept, encrypted, in `out`.partial: the same command goes on from there, however it ended. */
async function collectData(
  io: Io,
  session: Session,
  params: CollectParams & { isFair: boolean; key: SessionKey | undefined },
): Promise<Collected> {
  const { client, openpgp, sessionKeys } = session
  const { orderId, out, isFair, key } = params
  const opens = isFair ? (key === undefined ? {} : { session: key }) : { privateKey: (await openpgp()).privateKey }
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
  const onStep = (next: DownloadStep): void => {
    progress.end()
    note(io, STEPS[next])
  }
  const { content, verified } = await client.orders.download({ orderId, ...opens, partial, onProgress, onStep })
  const shown = isFair ? decrypting(progress, content, document.sizeBytes) : content
  try {
    await writeAsset({ out, content: shown, files: document.metadata.files })
  } catch (error) {
    if (error instanceof WrongDeliveryError) await tell(io, session, orderId, error)
    throw error
  }
  await partial.discard()
  await sessionKeys.forget(orderId)
  const { sha256, sizeBytes } = await verified
  return { out, sizeBytes, sha256, shown: { file: out, bytes: sizeBytes, sha256, content: 'is what was bought' } }
}

const STEPS: Readonly<Record<DownloadStep, string>> = {
  key: 'All of it is here and acknowledged; the datatrust reveals the key on the chain.',
  decrypt: 'The key is public: every cell is decrypted and compared with what was promised.',
  complain: 'A cell is not what was promised: proves it on the chain.',
}

async function* decrypting(
  progress: Progress,
  content: AsyncIterable<Uint8Array>,
  totalBytes: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let doneBytes = 0
  for await (const chunk of content) {
    doneBytes += chunk.length
    progress.report({ label: 'Decrypts', doneBytes, totalBytes })
    yield chunk
  }
}

/** Says in plain words what a wrong delivery brought back. */
async function tell(io: Io, { client }: Session, orderId: OrderId, { complaint }: WrongDeliveryError): Promise<void> {
  if (complaint === undefined) return
  const money = await moneyOf(client, (await client.orders.get({ orderId })).deal.asset)
  const { refunded, compensation } = complaint
  note(io, `${money.format(refunded)} is back in your Vault balance, with ${money.format(compensation)} of the bond.`)
}

async function collectModel(
  io: Io,
  session: Session,
  { orderId, out, key }: CollectParams & { key: SessionKey | undefined },
): Promise<Collected> {
  const { client } = session
  const opens = key === undefined ? {} : { session: key }
  const partial = partialFile(`${out}.partial`)
  const onStep = (next: DownloadStep): void => note(io, STEPS[next])
  const { model, receipt, metrics } = await client.orders
    .collectModel({ orderId, ...opens, partial, onStep })
    .catch(async (error: unknown) => {
      if (error instanceof WrongDeliveryError) await tell(io, session, orderId, error)
      throw error
    })
  return keepModel(session, { out, model, receipt, metrics, partials: new Map([[orderId, partial]]) })
}

/** The orders of a joint run bring one model: all are acknowledged, and each has a part of its own kept beside it. */
async function collectRun(
  io: Io,
  session: Session,
  { orderId, orderIds, out, key }: CollectParams & { key: SessionKey | undefined; orderIds: readonly OrderId[] },
): Promise<Collected> {
  const { client } = session
  const opens = key === undefined ? {} : { session: key }
  const partials = new Map(orderIds.map((id, index) => [id, partialFile(`${out}.${index + 1}.partial`)]))
  const said = new Set<DownloadStep>()
  const onStep = (next: DownloadStep): void => {
    if (!said.has(next)) note(io, STEPS[next])
    said.add(next)
  }
  const partialOf = (id: OrderId) => partials.get(id) as PartialDownload
  const { model, metrics, runs } = await client.orders
    .collectRun({ orderIds, ...opens, partialOf, onStep })
    .catch(async (error: unknown) => {
      if (error instanceof WrongDeliveryError) await tell(io, session, orderId, error)
      throw error
    })
  const { receipt } = runs[0] as (typeof runs)[number]
  return keepModel(session, { out, model, receipt, metrics, partials })
}

interface KeepModelParams {
  out: string
  model: Uint8Array
  receipt: Receipt
  metrics: Metric[] | undefined
  /** Of each order that brought it. */
  partials: ReadonlyMap<OrderId, PartialDownload>
}

async function keepModel({ sessionKeys }: Session, params: KeepModelParams): Promise<Collected> {
  const { out, model, receipt, metrics = [], partials } = params
  try {
    await writeFile(out, model, { flag: 'wx' })
  } catch (error) {
    throw new FileError(out, 'cannot be written: check path and permissions.', error)
  }
  for (const [orderId, partial] of partials) {
    await partial.discard()
    await sessionKeys.forget(orderId)
  }
  const sha256 = receipt.releasedHash
  const measured = metrics.map(({ name, micros }) => [name, (micros / 1_000_000).toFixed(4)])
  const shown = { file: out, bytes: model.length, sha256, ...Object.fromEntries(measured), receipt: 'signed, on chain' }
  return { out, sizeBytes: model.length, sha256, receipt, metrics, shown }
}
