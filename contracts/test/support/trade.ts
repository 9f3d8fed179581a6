import { ACCEPTANCE_TYPES, ACK_TYPES, ATTESTATION_TYPES, QUOTE_TYPES } from '../trade/typed-data.ts'
import { ethers, now, type Signer } from './chain.ts'
import type { Contract } from './contract.ts'
import { CONFIG, DAY, HOUR, UNIT } from './defaults.ts'
import type { Stack } from './deploy.ts'
import { FROM_VAULT } from './payment.ts'

export const ACCESS_PRICE = 10n * UNIT + 3n
export const COMPUTE_PRICE = 20n * UNIT + 7n
export const ACCESS = 0n
export const COMPUTE = 1n
const BOTH_SERVICES = 3n

/** The whole stack, who trades on it, and where. */
export interface Shop extends Stack {
  maker: Signer
  buyer: Signer
  signer: Signer
  payout: Signer
  datatrust: bigint
  market: string
}

export interface Order {
  deal: Record<string, unknown>
  goods: Record<string, unknown>
  goodsHash: string
  orderId: string
}

async function domain(name: string, contract: Contract) {
  const { chainId } = await ethers.provider.getNetwork()
  return { name, version: '1', chainId, verifyingContract: await contract.getAddress() }
}

function contentOf(name: string) {
  return {
    contentRoot: ethers.id(`${name} root`),
    sizeBytes: 81_280n,
    policyHash: ethers.id(`${name} policy`),
    metadataHash: ethers.id(`${name} metadata`),
  }
}

/** What a listing stores of its content. */
function termsHashOf(name: string): string {
  const types = ['bytes32', 'uint64', 'bytes32', 'bytes32']
  return ethers.keccak256(ethers.AbiCoder.defaultAbiCoder().encode(types, Object.values(contentOf(name))))
}

/** Publishes a listing for access and compute; it is named by its content. */
export async function publish(shop: Shop, name: string, market = shop.market): Promise<string> {
  const { listings, maker, signer, datatrust } = shop
  const salt = ethers.id(name)
  const content = contentOf(name)
  const expiry = BigInt((await now()) + 365 * DAY)
  const signature = await signer.signTypedData(await domain('Gristmill Listings', listings), ATTESTATION_TYPES, {
    maker: maker.address,
    market,
    salt,
    ...content,
    services: BOTH_SERVICES,
    datatrust,
    expiry,
  })
  const prices = { access: ACCESS_PRICE, compute: COMPUTE_PRICE }
  const attestation = { services: BOTH_SERVICES, expiry, signature }
  const args = [market, salt, content, prices, datatrust, attestation, FROM_VAULT] as const
  const listing = await listings.connect(maker).publish.staticCall(...args)
  await listings.connect(maker).publish(...args)
  return listing
}

export interface OrderOptions {
  listing: string
  name: string
  n?: bigint
  deal?: Record<string, unknown>
  goods?: Record<string, unknown>
}

/** Places an order of what `publish` listed under `name`: direct access, or a run without a key. */
export async function place(shop: Shop, kind: bigint, options: OrderOptions): Promise<Order> {
  const { orders, maker, buyer, payout, signer, token, datatrust, market } = shop
  const isRun = kind === COMPUTE
  const { makerBps, operatorBps, curatorsBps, failureBps } = CONFIG
  const deal = {
    listing: options.listing,
    buyer: buyer.address,
    n: options.n ?? 1n,
    market,
    asset: await token.getAddress(),
    maker: maker.address,
    operator: payout.address,
    datatrust,
    price: isRun ? COMPUTE_PRICE : ACCESS_PRICE,
    makerBps,
    operatorBps,
    curatorsBps,
    failureBps,
    compensation: 0n,
    kind,
    placeBy: BigInt((await now()) + HOUR),
    fulfilWithin: BigInt(HOUR),
    window: isRun ? CONFIG.disputeWindowSeconds : 0n,
    arbiter: ethers.ZeroAddress,
    ackKey: ethers.ZeroAddress,
    ...options.deal,
  }
  const goods = {
    termsHash: termsHashOf(options.name),
    keyHash: ethers.ZeroHash,
    recipientKey: ethers.id('recipient'),
    algorithm: isRun ? ethers.id('algorithm') : ethers.ZeroHash,
    parametersHash: isRun ? ethers.id('parameters') : ethers.ZeroHash,
    runtimeDigest: isRun ? ethers.id('runtime') : ethers.ZeroHash,
    runId: ethers.ZeroHash,
    ...options.goods,
  }
  const signature = await signer.signTypedData(await domain('Gristmill Orders', orders), QUOTE_TYPES, { deal, goods })
  await orders.connect(buyer).place({ deal, goods, signature }, FROM_VAULT)
  const orderId = await orders.orderIdOf(deal.listing, deal.buyer, deal.n)
  return { deal, goods, goodsHash: await orders.hashGoods(goods), orderId }
}

/** Sells access to a listing, delivered and settled. */
export async function sell(shop: Shop, options: OrderOptions): Promise<void> {
  const { deal, goodsHash } = await place(shop, ACCESS, options)
  await shop.orders.connect(shop.signer).deliver(deal, goodsHash)
}

const OUTCOME = {
  rawOutputHash: ethers.id('raw output'),
  releasedHash: ethers.id('model'),
  releasedRoot: ethers.ZeroHash,
  provenanceHash: ethers.id('provenance'),
  releasedBytes: 412n,
  leakBits: 176n,
  fuel: 1_000_000n,
  verdict: 0n,
}

/** A run that ended well, posted with its receipt alone. */
export async function fulfilledRun(shop: Shop, options: OrderOptions): Promise<Order & { deliveryHash: string }> {
  const order = await place(shop, COMPUTE, options)
  await shop.orders.connect(shop.signer).fulfil(order.deal, order.goodsHash, OUTCOME)
  return { ...order, deliveryHash: await receiptHashOf(shop, order, OUTCOME) }
}

/** A run whose model came by the fair exchange: the whole price is due. */
export async function revealedRun(shop: Shop, options: OrderOptions): Promise<Order & { deliveryHash: string }> {
  const key = ethers.id('key')
  const session = ethers.Wallet.createRandom()
  const compensation = (CONFIG.minBond * CONFIG.compensationBps) / 10_000n
  const order = await place(shop, COMPUTE, {
    ...options,
    deal: { ...options.deal, ackKey: session.address, compensation },
    goods: { keyHash: ethers.keccak256(key) },
  })
  const outcome = { ...OUTCOME, releasedRoot: ethers.id('model root') }
  const cipherRoot = ethers.id('cipher root')
  const ack = await session.signTypedData(await domain('Gristmill Orders', shop.orders), ACK_TYPES, {
    orderId: order.orderId,
    contentRoot: outcome.releasedRoot,
    sizeBytes: outcome.releasedBytes,
    cipherRoot,
  })
  await shop.orders.connect(shop.signer).revealRun(order.deal, order.goods, outcome, cipherRoot, key, ack)
  const receiptHash = await receiptHashOf(shop, order, outcome)
  const delivery = [outcome.releasedRoot, outcome.releasedBytes, cipherRoot, key, receiptHash]
  const types = ['bytes32', 'uint64', 'bytes32', 'bytes32', 'bytes32']
  const deliveryHash = ethers.keccak256(ethers.AbiCoder.defaultAbiCoder().encode(types, delivery))
  return { ...order, deliveryHash }
}

/** The buyer's signature that a run's result arrived. */
export async function acceptanceOf(shop: Shop, orderId: string, deliveryHash: string): Promise<string> {
  return shop.buyer.signTypedData(await domain('Gristmill Orders', shop.orders), ACCEPTANCE_TYPES, {
    orderId,
    deliveryHash,
  })
}

async function receiptHashOf(shop: Shop, order: Order, outcome: typeof OUTCOME): Promise<string> {
  return shop.orders.hashReceipt({ orderId: order.orderId, goodsHash: order.goodsHash, ...outcome })
}
