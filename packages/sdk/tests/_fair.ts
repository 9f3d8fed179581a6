import { randomBytes } from 'node:crypto'
import { CELL_BYTES, cellsOf, cellsRoot, cipherCells, leafHashes } from '@gristmill/envelope'
import { nodeChaCha20 as chacha20 } from '@gristmill/envelope/node'
import {
  ackTypedData,
  type Content,
  dealToChain,
  type Hex,
  type Quote,
  termsHashOf,
  ZERO_BYTES32,
} from '@gristmill/protocol'
import { hexlify, keccak256, Wallet } from 'ethers'
import { attest, ONE, offer, type Stage, sign, TEST_CONFIG } from './_util.js'

async function* source(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let offset = 0; offset < bytes.length; offset += 1_000) yield bytes.subarray(offset, offset + 1_000)
}

async function joined(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = []
  for await (const chunk of chunks) all.push(chunk)
  return new Uint8Array(Buffer.concat(all))
}

/** What a fair exchange sends of some bytes. */
export interface SentCells {
  contentRoot: Hex
  cipherRoot: Hex
  key: Hex
  ciphertext: Uint8Array
  leaves: Uint8Array
}

/** Encrypts bytes for a fair exchange; `wrongCell` is not what the root promises. */
export async function cellsFor(bytes: Uint8Array, wrongCell?: number): Promise<SentCells> {
  const plain = await joined(cellsOf(source(bytes), { blindSecret: randomBytes(32) }))
  const leaves = await joined(leafHashes(source(plain)))
  const contentRoot = hexlify(await cellsRoot(source(plain))) as Hex
  if (wrongCell !== undefined) plain[wrongCell * CELL_BYTES + 100]! ^= 1
  const key = randomBytes(32)
  const ciphertext = cipherCells({ key, firstCell: 0, cells: plain, chacha20 })
  const cipherRoot = hexlify(await cellsRoot(source(ciphertext))) as Hex
  return { contentRoot, cipherRoot, key: hexlify(key) as Hex, ciphertext, leaves }
}

/** A revealed order of the fair exchange, and what its buyer received. */
export interface Revealed {
  orderId: Hex
  quote: Quote
  ciphertext: () => AsyncGenerator<Uint8Array>
  leaves: () => AsyncGenerator<Uint8Array>
}

/** Sells 20,000 random bytes by the fair exchange, up to the reveal of the key; `wrongCell` is not what was promised. */
export async function revealOrder(stage: Stage, { wrongCell }: { wrongCell?: number } = {}): Promise<Revealed> {
  const { localnet, maker, buyer, operator } = stage
  const bytes = randomBytes(20_000)
  const { contentRoot, cipherRoot, key, ciphertext, leaves } = await cellsFor(bytes, wrongCell)

  const attested = await attest(stage, { services: ['access'], contentRoot, sizeBytes: bytes.length })
  const prices = { access: 100n * ONE }
  const { listing } = await maker.listings.publishAttested({ ...attested, prices, payment: 'permit' })
  const session = Wallet.createRandom()
  const { complaintWindowSeconds: window, minBond, compensationBps } = TEST_CONFIG
  const compensation = (minBond * BigInt(compensationBps)) / 10_000n
  const quote = await offer(stage, {
    attested,
    listing,
    kind: 'access',
    price: prices.access,
    deal: { window, compensation, ackKey: session.address as Hex },
    goods: { keyHash: keccak256(key) as Hex },
  })
  const { orderId } = await buyer.orders.place({ quote, payment: 'permit' })
  const sizeBytes = BigInt(bytes.length)
  const domain = { chainId: BigInt(localnet.chainId), verifyingContract: localnet.deployment.orders }
  const ack = await sign(session, ackTypedData(domain, { orderId, contentRoot, sizeBytes, cipherRoot }))
  const { policyHash, metadataHash } = attested.attestation
  const content: Content = { contentRoot, sizeBytes, policyHash, metadataHash }
  if (termsHashOf(content) !== quote.goods.termsHash || policyHash !== ZERO_BYTES32) throw new Error('other terms')
  const { orders } = operator.contracts
  const sent = await orders.reveal(dealToChain(quote.deal), quote.goods, content, cipherRoot, key, ack)
  await sent.wait()
  return { orderId, quote, ciphertext: () => source(ciphertext), leaves: () => source(leaves) }
}
