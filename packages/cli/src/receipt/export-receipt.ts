import { resolve } from 'node:path'
import { canonicalJson, type Hex, type OrderId, toWire, ZERO_BYTES32 } from '@gristmill/protocol'
import type { Command } from 'commander'
import { ArgumentError } from '../argument-errors.js'
import { parseId } from '../arguments.js'
import { NotOfOrderError } from '../compute/compute-errors.js'
import { readModule } from '../compute/read-module.js'
import type { Io } from '../io.js'
import { requireFree } from '../order/write-asset.js'
import { fields, printResult } from '../output.js'
import { digestOf } from '../policy/allowed-algorithm.js'
import { readBounded } from '../read-bounded.js'
import { openReader } from '../session.js'
import { writeBag } from './bag.js'
import { algorithmCrateOf, type CrateParams, crateOf, METADATA_FILE } from './crate.js'
import { type ReceiptOptions, readReceipt } from './read-receipt.js'
import { NotOfRunError } from './receipt-errors.js'

export interface ExportReceiptOptions extends ReceiptOptions {
  out: string
  project?: string
  model?: string
  algorithm?: string
}

/** What a file's name may tell in a crate: others would have to be encoded in ids and manifests. */
const KNOWN_END = /\.(wasm|js|py)$/
/** Largest model that is put into a crate. */
const MODEL_BYTES_MAX = 256 * 1_048_576

/** Writes what is known of a run as a Five Safes RO-Crate, in a BagIt bag. */
export async function exportReceipt(
  io: Io,
  command: Command,
  id: string,
  options: ExportReceiptOptions,
): Promise<void> {
  const orderId = parseId('order', id) as OrderId
  const folder = resolve(io.cwd, options.out)
  requireFree(folder)
  const { verified, chainId } = await readReceipt(io, command, orderId, options)
  const { receipt, receiptSignature, provenance, goods, document } = verified
  if (!verified.isOnChain) throw new ArgumentError('order', 'has no end on the chain yet: export it once it has.')
  const model = await modelOf(io, orderId, receipt.releasedHash, options.model)
  const algorithm =
    options.algorithm === undefined ? undefined : await algorithmOf(io, goods.algorithm, options.algorithm)
  const params: CrateParams = {
    orderId,
    chainId,
    verified,
    ...(await timesOf(io, command, orderId)),
    project: options.project ?? `Order ${orderId}`,
    model: model === undefined ? undefined : 'outputs/model.safetensors',
    algorithm: options.algorithm === undefined ? undefined : `algorithm${KNOWN_END.exec(options.algorithm)?.[0] ?? ''}`,
  }
  const text = (value: unknown) => `${JSON.stringify(value, undefined, 2)}\n`
  await writeBag(folder, {
    payload: {
      [METADATA_FILE]: text(crateOf(params)),
      [`algorithm/${METADATA_FILE}`]: text(algorithmCrateOf(params)),
      ...(algorithm === undefined ? {} : { [`algorithm/${params.algorithm}`]: algorithm }),
      ...(model === undefined ? {} : { 'outputs/model.safetensors': model }),
      'receipt.json': toWire({ orderId, receipt, receiptSignature, provenance }),
      // As they are hashed: sha256sum shows what receipt and listing name.
      'provenance.json': canonicalJson(provenance),
      ...(document.policy === undefined ? {} : { 'policy.json': canonicalJson(document.policy) }),
    },
    info: { 'External-Identifier': `urn:uuid:${uuidOf(orderId)}`, 'Bagging-Date': params.endedAt.slice(0, 10) },
  })
  printResult(io, command, { orderId, folder }, fields({ order: orderId, crate: folder }))
}

async function modelOf(io: Io, orderId: OrderId, expected: Hex, name: string | undefined) {
  if (name === undefined) return undefined
  const bytes = await readBounded(resolve(io.cwd, name), MODEL_BYTES_MAX)
  const actual = digestOf(bytes)
  if (actual === expected) return bytes
  throw new NotOfOrderError(orderId, actual, expected === ZERO_BYTES32 ? undefined : expected)
}

async function algorithmOf(io: Io, expected: Hex, name: string): Promise<Uint8Array> {
  const bytes = await readModule(resolve(io.cwd, name))
  const actual = digestOf(bytes)
  if (actual !== expected) throw new NotOfRunError('algorithm', expected, actual)
  return bytes
}

/** When the order was placed and when it was marked, by the chain: how long the run took nobody is told. */
async function timesOf(io: Io, command: Command, orderId: OrderId): Promise<{ startedAt: string; endedAt: string }> {
  await using reader = await openReader(io, command)
  const { client } = reader
  const { placedAtBlock } = await client.orders.get({ orderId })
  const events = await client.orders.events({ fromBlock: placedAtBlock, toBlock: 'latest', orderIds: [orderId] })
  const ended = events.find(({ type }) => type === 'revealed' || type === 'fulfilled')
  const at = async (blockNumber: number) => {
    const block = await client.provider.getBlock(blockNumber)
    return new Date(1_000 * (block?.timestamp ?? 0)).toISOString()
  }
  return { startedAt: await at(placedAtBlock), endedAt: await at(ended?.blockNumber ?? placedAtBlock) }
}

/** A UUID of version 8 (RFC 9562) that is the same for an order wherever it is exported. */
function uuidOf(orderId: OrderId): string {
  const hex = orderId.slice(2, 34)
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 3) | 8).toString(16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`
}
