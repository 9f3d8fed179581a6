import { AbiCoder, id, keccak256, type Signer, TypedDataEncoder, Wallet, ZeroAddress, ZeroHash } from 'ethers'
import { by } from './contracts.ts'
import {
  ACCESS_PRICE,
  COMPENSATION,
  COMPUTE_PRICE,
  CONFIG,
  type Deal,
  type Delivery,
  FROM_VAULT,
  type Goods,
  HOUR,
  KIND,
  type Quote,
  type Receipt,
  VERDICT,
} from './terms.ts'
import { ACCEPTANCE_TYPES, DEAL, GOODS, QUOTE_TYPES, RECEIPT, RECEIPT_TYPES } from './typed-data.ts'
import { termsHashOf, type World } from './world.ts'

export interface QuoteOptions {
  deal?: Partial<Deal>
  goods?: Partial<Goods>
  signer?: Signer
}

/** A quote that the chain agrees with, but for what the options say. */
export async function quoteFor(world: World, kind: bigint, options: QuoteOptions = {}): Promise<Quote> {
  const isRun = kind === KIND.COMPUTE
  const deal: Deal = {
    listing: world.listing,
    buyer: world.buyer.address,
    n: 1n,
    market: world.market,
    asset: world.asset,
    maker: world.maker.address,
    operator: world.payout.address,
    datatrust: world.datatrust,
    price: isRun ? COMPUTE_PRICE : ACCESS_PRICE,
    makerBps: CONFIG.makerBps,
    operatorBps: CONFIG.operatorBps,
    curatorsBps: CONFIG.curatorsBps,
    failureBps: CONFIG.failureBps,
    compensation: 0n,
    kind,
    placeBy: (await world.chain.now()) + HOUR,
    fulfilWithin: HOUR,
    window: isRun ? CONFIG.disputeWindowSeconds : 0n,
    arbiter: ZeroAddress,
    ackKey: ZeroAddress,
    ...options.deal,
  }
  const goods: Goods = {
    termsHash: termsHashOf(world.content),
    keyHash: ZeroHash,
    recipientKey: id('recipient'),
    algorithm: isRun ? id('algorithm') : ZeroHash,
    parametersHash: isRun ? id('parameters') : ZeroHash,
    runtimeDigest: isRun ? id('runtime') : ZeroHash,
    runId: ZeroHash,
    ...options.goods,
  }
  const signature = await (options.signer ?? world.signer).signTypedData(ordersDomain(world), QUOTE_TYPES, {
    deal,
    goods,
  })
  return { deal, goods, signature }
}

/** A quote placed from its buyer's Vault balance. */
export async function placed(world: World, kind: bigint, options: QuoteOptions = {}): Promise<Quote> {
  const quote = await quoteFor(world, kind, options)
  await by(await world.chain.ethers.getSigner(quote.deal.buyer), world.orders).place(quote, FROM_VAULT)
  return quote
}

/** A compute order whose run has ended. */
export async function fulfilled(
  world: World,
  verdict: bigint = VERDICT.OK,
  options: QuoteOptions = {},
): Promise<{ quote: Quote; receipt: Receipt }> {
  const quote = await placed(world, KIND.COMPUTE, options)
  const receipt = receiptFor(quote, { verdict })
  await by(world.signer, world.orders).fulfil(quote.deal, goodsHashOf(quote.goods), receipt)
  return { quote, receipt }
}

/** A session key of the buyer. */
export const ACK_KEY = new Wallet(id('session key'))

/** What a quote says where the exchange is fair: the delivery is encrypted under the key of `keyHash`. */
export function fairly(kind: bigint, keyHash: string, options: QuoteOptions = {}): QuoteOptions {
  const window = kind === KIND.COMPUTE ? CONFIG.disputeWindowSeconds : CONFIG.complaintWindowSeconds
  return {
    ...options,
    deal: { compensation: COMPENSATION, window, ackKey: ACK_KEY.address, ...options.deal },
    goods: { keyHash, ...options.goods },
  }
}

/** The receipt of a run of what was ordered. */
export function receiptFor(quote: Quote, changes: Partial<Receipt> = {}): Receipt {
  const isOk = (changes.verdict ?? VERDICT.OK) === VERDICT.OK
  return {
    orderId: orderIdOf(quote.deal),
    goodsHash: goodsHashOf(quote.goods),
    rawOutputHash: id('raw output'),
    releasedHash: isOk ? id('model') : ZeroHash,
    releasedRoot: ZeroHash,
    provenanceHash: id('provenance'),
    releasedBytes: isOk ? 412n : 0n,
    leakBits: 176n,
    fuel: 1_000_000n,
    verdict: VERDICT.OK,
    ...changes,
  }
}

/** An entry of `settle`; without a signature it relies on the window. */
export function settlementOf(quote: Quote, delivered: Receipt | Delivery, acceptance = '0x') {
  return { deal: quote.deal, goodsHash: goodsHashOf(quote.goods), deliveryHash: deliveryHashOf(delivered), acceptance }
}

/** An entry of `refund`. */
export function refundOf(quote: Quote) {
  return { deal: quote.deal, goodsHash: goodsHashOf(quote.goods) }
}

export async function acceptanceBy(
  world: World,
  signer: Pick<Signer, 'signTypedData'>,
  quote: Quote,
  delivered: Receipt | Delivery,
): Promise<string> {
  return signer.signTypedData(ordersDomain(world), ACCEPTANCE_TYPES, {
    orderId: orderIdOf(quote.deal),
    deliveryHash: deliveryHashOf(delivered),
  })
}

/** A receipt that somebody signed, as `contradict` takes it. */
export async function signedReceipt(world: World, signer: Signer, receipt: Receipt) {
  const signature = await signer.signTypedData(ordersDomain(world), RECEIPT_TYPES, receipt)
  return [receipt, await signer.getAddress(), signature] as const
}

/** The delivery of an order that holds a receipt alone. */
export const NO_DELIVERY: Delivery = {
  contentRoot: ZeroHash,
  sizeBytes: 0n,
  cipherRoot: ZeroHash,
  key: ZeroHash,
  receiptHash: ZeroHash,
}

export function ordersDomain(world: World) {
  return {
    name: 'Gristmill Orders',
    version: '1',
    chainId: world.chainId,
    verifyingContract: String(world.orders.target),
  }
}

export function orderIdOf(deal: Pick<Deal, 'listing' | 'buyer' | 'n'>): string {
  const encoded = AbiCoder.defaultAbiCoder().encode(
    ['bytes32', 'address', 'uint256'],
    [deal.listing, deal.buyer, deal.n],
  )
  return keccak256(encoded)
}

export const dealHashOf = (deal: Deal): string => TypedDataEncoder.hashStruct('Deal', { Deal: DEAL }, deal)
export const goodsHashOf = (goods: Goods): string => TypedDataEncoder.hashStruct('Goods', { Goods: GOODS }, goods)
export const receiptHashOf = (receipt: Receipt): string =>
  TypedDataEncoder.hashStruct('Receipt', { Receipt: RECEIPT }, receipt)

/** What the chain calls deliveryHash: of a Receipt posted alone, or of what was revealed. */
export function deliveryHashOf(delivered: Receipt | Delivery): string {
  if ('verdict' in delivered) return receiptHashOf(delivered)
  const { contentRoot, sizeBytes, cipherRoot, key, receiptHash } = delivered
  const types = ['bytes32', 'uint64', 'bytes32', 'bytes32', 'bytes32']
  return keccak256(AbiCoder.defaultAbiCoder().encode(types, [contentRoot, sizeBytes, cipherRoot, key, receiptHash]))
}
