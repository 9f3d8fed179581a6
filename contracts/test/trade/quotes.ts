import { AbiCoder, id, keccak256, type Signer, TypedDataEncoder, ZeroAddress, ZeroHash } from 'ethers'
import { by } from './contracts.ts'
import {
  ACCESS_PRICE,
  COMPUTE_PRICE,
  CONFIG,
  type Deal,
  FROM_VAULT,
  type Goods,
  HOUR,
  KIND,
  type Quote,
  type Receipt,
  VERDICT,
} from './terms.ts'
import { ACCEPTANCE_TYPES, DEAL, GOODS, QUOTE_TYPES, RECEIPT } from './typed-data.ts'
import type { World } from './world.ts'

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
    kind,
    placeBy: (await world.chain.now()) + HOUR,
    fulfilWithin: HOUR,
    window: isRun ? CONFIG.computeWindowSeconds : 0n,
    arbiter: ZeroAddress,
    ...options.deal,
  }
  const goods: Goods = {
    ...world.content,
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
  await by(world.signer, world.orders).fulfil(quote.deal, quote.goods, receipt)
  return { quote, receipt }
}

/** The receipt of a run of what was ordered. */
export function receiptFor(quote: Quote, changes: Partial<Receipt> = {}): Receipt {
  const { contentRoot, algorithm, parametersHash, runtimeDigest, policyHash } = quote.goods
  const isOk = (changes.verdict ?? VERDICT.OK) === VERDICT.OK
  return {
    orderId: orderIdOf(quote.deal),
    contentRoot,
    algorithm,
    parametersHash,
    runtimeDigest,
    policyHash,
    rawOutputHash: id('raw output'),
    releasedHash: isOk ? id('model') : ZeroHash,
    releasedBytes: isOk ? 412n : 0n,
    leakBits: 176n,
    fuel: 1_000_000n,
    verdict: VERDICT.OK,
    ...changes,
  }
}

/** An entry of `settle`; without a signature it relies on the window. */
export function settlementOf(quote: Quote, receipt: Receipt, acceptance = '0x') {
  return { deal: quote.deal, goodsHash: goodsHashOf(quote.goods), deliveryHash: receiptHashOf(receipt), acceptance }
}

/** An entry of `refund`. */
export function refundOf(quote: Quote) {
  return { deal: quote.deal, goodsHash: goodsHashOf(quote.goods) }
}

export async function acceptanceBy(world: World, signer: Signer, quote: Quote, receipt: Receipt): Promise<string> {
  return signer.signTypedData(ordersDomain(world), ACCEPTANCE_TYPES, {
    orderId: orderIdOf(quote.deal),
    deliveryHash: receiptHashOf(receipt),
  })
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
