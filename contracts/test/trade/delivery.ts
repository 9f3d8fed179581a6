import { createCipheriv, createHash } from 'node:crypto'
import { hexlify, id, keccak256, type Wallet, ZeroHash } from 'ethers'
import { by } from './contracts.ts'
import {
  ACK_KEY,
  fairly,
  orderIdOf,
  ordersDomain,
  placed,
  type QuoteOptions,
  receiptFor,
  receiptHashOf,
} from './quotes.ts'
import {
  ACCESS_PRICE,
  CONFIG,
  type Content,
  type Deal,
  type Delivery,
  KIND,
  type Quote,
  type Receipt,
} from './terms.ts'
import { ACK_TYPES } from './typed-data.ts'
import { publish, termsHashOf, type World } from './world.ts'

const CELL_BYTES = 4096
const CONTENT_BYTES = 4064

/** What an order needs to know of a parcel. */
export type Sealed = Pick<Parcel, 'key' | 'keyHash' | 'sizeBytes' | 'contentRoot' | 'cipherRoot' | 'delivery'>

/** An asset in cells, encrypted under one key, with both trees over it. Small: everything is in memory. */
export class Parcel {
  readonly key: string
  readonly sizeBytes: bigint
  readonly contentRoot: string
  readonly cipherRoot: string
  private readonly cipherCells: readonly Buffer[]
  private readonly plainLeaves: readonly Buffer[]
  private readonly cipherLeaves: readonly Buffer[]

  /** @param wrong Cells that are encrypted from something else than the tree of the content promises. */
  constructor(cellCount: number, options: { key?: Buffer; wrong?: readonly number[]; seed?: string } = {}) {
    const seed = options.seed ?? 'parcel'
    const key = options.key ?? sha256(Buffer.from(`${seed} key`))
    const cells = Array.from({ length: cellCount }, (_, i) => cellOf(`${seed} ${i}`))
    this.key = hexlify(key)
    this.sizeBytes = BigInt(cellCount * CONTENT_BYTES)
    this.plainLeaves = cells.map(leafHash)
    this.cipherCells = cells.map((cell, i) =>
      encrypt(key, i, options.wrong?.includes(i) ? cellOf('something else') : cell),
    )
    this.cipherLeaves = this.cipherCells.map(leafHash)
    this.contentRoot = hexlify(rootOf(this.plainLeaves))
    this.cipherRoot = hexlify(rootOf(this.cipherLeaves))
  }

  get keyHash(): string {
    return keccak256(this.key)
  }

  /** What `complain` takes about one cell. */
  evidence(cell: number) {
    return {
      cell: BigInt(cell),
      cipherCell: hexlify(this.cipherCells[cell] ?? Buffer.alloc(0)),
      cipherProof: proofOf(this.cipherLeaves, cell).map((hash) => hexlify(hash)),
      plainLeaf: hexlify(this.plainLeaves[cell] ?? Buffer.alloc(32)),
      plainProof: proofOf(this.plainLeaves, cell).map((hash) => hexlify(hash)),
    }
  }

  delivery(receiptHash: string): Delivery {
    const { contentRoot, sizeBytes, cipherRoot, key } = this
    return { contentRoot, sizeBytes, cipherRoot, key, receiptHash }
  }
}

/** The Ack of a session key over what was streamed. */
export async function ackBy(world: World, ackKey: Wallet, deal: Deal, delivery: Delivery): Promise<string> {
  const { contentRoot, sizeBytes, cipherRoot } = delivery
  return ackKey.signTypedData(ordersDomain(world), ACK_TYPES, {
    orderId: orderIdOf(deal),
    contentRoot,
    sizeBytes,
    cipherRoot,
  })
}

function cellOf(seed: string): Buffer {
  return Buffer.concat(Array.from({ length: CELL_BYTES / 32 }, (_, i) => sha256(Buffer.from(`${seed} ${i}`))))
}

/** RFC 8439, block counter 64 * cell, in the first segment. */
function encrypt(key: Buffer, cell: number, plain: Buffer): Buffer {
  const iv = Buffer.alloc(16)
  iv.writeUInt32LE(64 * cell)
  return createCipheriv('chacha20', key, iv).update(plain)
}

/** RFC 9162, 2.1.1, as it is written there. */
function rootOf(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 1) return leaves[0] as Buffer
  const k = splitOf(leaves.length)
  return nodeHash(rootOf(leaves.slice(0, k)), rootOf(leaves.slice(k)))
}

/** RFC 9162, 2.1.3.1, as it is written there. */
function proofOf(leaves: readonly Buffer[], index: number): Buffer[] {
  if (leaves.length === 1) return []
  const k = splitOf(leaves.length)
  return index < k
    ? [...proofOf(leaves.slice(0, k), index), rootOf(leaves.slice(k))]
    : [...proofOf(leaves.slice(k), index - k), rootOf(leaves.slice(0, k))]
}

/** The largest power of two below n. */
export const splitOf = (n: number): number => 2 ** Math.ceil(Math.log2(n) - 1)
export const sha256 = (data: Buffer): Buffer => createHash('sha256').update(data).digest()
export const leafHash = (cell: Buffer): Buffer => sha256(Buffer.concat([Buffer.of(0), cell]))
export const nodeHash = (left: Buffer, right: Buffer): Buffer => sha256(Buffer.concat([Buffer.of(1), left, right]))

/** A fair order whose key is out. */
export interface Revealed<P extends Sealed = Parcel> {
  quote: Quote
  delivery: Delivery
  parcel: P
}

/** Lists the parcel's content, sells it fairly and reveals its key. */
export async function revealed<P extends Sealed>(
  world: World,
  parcel: P,
  options: QuoteOptions = {},
): Promise<Revealed<P>> {
  const content = contentIn(parcel)
  const access = options.deal?.price ?? ACCESS_PRICE
  const listing = await publish(world, { salt: parcel.contentRoot, content, access })
  await world.chain.wait(CONFIG.activationSeconds)
  const terms = fairly(KIND.ACCESS, parcel.keyHash, options)
  const quote = await placed(world, KIND.ACCESS, {
    deal: { listing, ...terms.deal },
    goods: { termsHash: termsHashOf(content), ...terms.goods },
  })
  const delivery = parcel.delivery(ZeroHash)
  const ack = await ackBy(world, ACK_KEY, quote.deal, delivery)
  const { cipherRoot, key } = parcel
  await by(world.signer, world.orders).reveal(quote.deal, quote.goods, content, cipherRoot, key, ack)
  return { quote, delivery, parcel }
}

/** Orders a run of the world's listing fairly and reveals the key of its model. */
export async function revealedRun<P extends Sealed>(
  world: World,
  parcel: P,
  options: QuoteOptions = {},
): Promise<Revealed<P> & { receipt: Receipt }> {
  const quote = await placed(world, KIND.COMPUTE, fairly(KIND.COMPUTE, parcel.keyHash, options))
  const receipt = receiptFor(quote, { releasedRoot: parcel.contentRoot, releasedBytes: parcel.sizeBytes })
  const delivery = parcel.delivery(receiptHashOf(receipt))
  const ack = await ackBy(world, ACK_KEY, quote.deal, delivery)
  const { cipherRoot, key } = parcel
  await by(world.signer, world.orders).revealRun(quote.deal, quote.goods, receipt, cipherRoot, key, ack)
  return { quote, delivery, parcel, receipt }
}

/** What a listing of the parcel commits to. */
export function contentIn({ contentRoot, sizeBytes }: Sealed): Content {
  return {
    contentRoot,
    sizeBytes,
    policyHash: id(`${contentRoot} policy`),
    metadataHash: id(`${contentRoot} metadata`),
  }
}
