import { type TypedDataDomain, TypedDataEncoder, type TypedDataField } from 'ethers'
import { DEAL_TYPE, type Deal, dealToChain } from './deal.js'
import { GOODS_TYPE, type Goods } from './goods.js'
import type { Address, Hex } from './hex.js'
import type { DatatrustId, MarketId, OrderId } from './ids.js'
import { RECEIPT_TYPE, type Receipt, receiptToChain } from './receipt.js'

/** Something to sign: what ethers' `signTypedData(domain, types, value)` takes (EIP-712). */
export interface TypedData {
  domain: TypedDataDomain
  types: Record<string, TypedDataField[]>
  value: Record<string, unknown>
}

/** Where a signature is good: one chain, one contract. */
export interface DomainParams {
  chainId: bigint
  /** The contract named by the message: Listings for attestations, Orders for everything else. */
  verifyingContract: Address
}

const ordersDomain = ({ chainId, verifyingContract }: DomainParams): TypedDataDomain => ({
  name: 'Gristmill Orders',
  version: '1',
  chainId,
  verifyingContract,
})

/** A datatrust's offer; signed by its signer. */
export function quoteTypedData(domain: DomainParams, quote: { deal: Deal; goods: Goods }): TypedData {
  return {
    domain: ordersDomain(domain),
    types: {
      Quote: [
        { name: 'deal', type: 'Deal' },
        { name: 'goods', type: 'Goods' },
      ],
      Deal: DEAL_TYPE,
      Goods: GOODS_TYPE,
    },
    value: { deal: dealToChain(quote.deal), goods: quote.goods },
  }
}

/** What a run did; signed by the datatrust's signer. */
export function receiptTypedData(domain: DomainParams, receipt: Receipt): TypedData {
  return { domain: ordersDomain(domain), types: { Receipt: RECEIPT_TYPE }, value: { ...receiptToChain(receipt) } }
}

/** The buyer's word that exactly this ciphertext has arrived; the datatrust reveals the key with it. */
export interface Ack {
  orderId: OrderId
  contentRoot: Hex
  sizeBytes: bigint
  cipherRoot: Hex
}

/** What the deal's `ackKey` signs before the key is revealed. */
export function ackTypedData(domain: DomainParams, ack: Ack): TypedData {
  return {
    domain: ordersDomain(domain),
    types: {
      Ack: [
        { name: 'orderId', type: 'bytes32' },
        { name: 'contentRoot', type: 'bytes32' },
        { name: 'sizeBytes', type: 'uint64' },
        { name: 'cipherRoot', type: 'bytes32' },
      ],
    },
    value: { ...ack },
  }
}

/** The buyer's word that what was delivered has arrived and is right; settles at once, in full. */
export interface Acceptance {
  orderId: OrderId
  /** Struct hash of the Receipt of a fulfilled order; `deliveryHash` of what was delivered of a revealed one. */
  deliveryHash: Hex
}

/** The signature of the buyer, or of the deal's `ackKey`, that it arrived. */
export function acceptanceTypedData(domain: DomainParams, acceptance: Acceptance): TypedData {
  return {
    domain: ordersDomain(domain),
    types: {
      Acceptance: [
        { name: 'orderId', type: 'bytes32' },
        { name: 'deliveryHash', type: 'bytes32' },
      ],
    },
    value: { ...acceptance },
  }
}

/** A decision about what a run would release; `releasedHash` is zero when nothing passed the gate. */
export interface Approval {
  orderId: OrderId
  releasedHash: Hex
  approved: boolean
}

/** A decision in the airlock; signed by whoever decides, the maker or a reviewer. */
export function approvalTypedData(domain: DomainParams, approval: Approval): TypedData {
  return {
    domain: ordersDomain(domain),
    types: {
      Approval: [
        { name: 'orderId', type: 'bytes32' },
        { name: 'releasedHash', type: 'bytes32' },
        { name: 'approved', type: 'bool' },
      ],
    },
    value: { ...approval },
  }
}

/** A datatrust's word that it holds the content and will serve it. */
export interface Attestation {
  maker: Address
  market: MarketId
  salt: Hex
  contentRoot: Hex
  sizeBytes: bigint
  /** Bit mask, see `servicesMask`. */
  services: number
  policyHash: Hex
  metadataHash: Hex
  datatrust: DatatrustId
  /** Unix seconds; last second in which it may be used. */
  expiry: number
}

/** An attestation, checked by Listings; signed by the datatrust's signer. */
export function attestationTypedData(domain: DomainParams, attestation: Attestation): TypedData {
  return {
    domain: { ...ordersDomain(domain), name: 'Gristmill Listings' },
    types: {
      Attestation: [
        { name: 'maker', type: 'address' },
        { name: 'market', type: 'bytes32' },
        { name: 'salt', type: 'bytes32' },
        { name: 'contentRoot', type: 'bytes32' },
        { name: 'sizeBytes', type: 'uint64' },
        { name: 'services', type: 'uint8' },
        { name: 'policyHash', type: 'bytes32' },
        { name: 'metadataHash', type: 'bytes32' },
        { name: 'datatrust', type: 'uint32' },
        { name: 'expiry', type: 'uint40' },
      ],
    },
    value: { ...attestation },
  }
}

/** A request to a datatrust: good for one datatrust, method, resource and body, once, for a while. */
export interface SignedRequest {
  account: Address
  datatrust: DatatrustId
  method: 'GET' | 'POST' | 'PUT'
  /** Path and query, as sent. */
  resource: string
  /** sha256 of a JSON body; zero where there is none or where it is streamed. */
  bodyHash: Hex
  nonce: Hex
  /** Unix seconds. */
  expiry: number
}

/** Authentication of an HTTP request; signed by `account`. */
export function requestTypedData(domain: DomainParams, request: SignedRequest): TypedData {
  return {
    domain: { ...ordersDomain(domain), name: 'Gristmill Datatrust' },
    types: {
      Request: [
        { name: 'account', type: 'address' },
        { name: 'datatrust', type: 'uint32' },
        { name: 'method', type: 'string' },
        { name: 'resource', type: 'string' },
        { name: 'bodyHash', type: 'bytes32' },
        { name: 'nonce', type: 'bytes32' },
        { name: 'expiry', type: 'uint40' },
      ],
    },
    value: { ...request },
  }
}

/** EIP-712 digest: what is signed. */
export function typedDataDigest({ domain, types, value }: TypedData): Hex {
  return TypedDataEncoder.hash(domain, types, value) as Hex
}

/** Struct hash of a Deal, as Orders computes it. */
export function dealHash(deal: Deal): Hex {
  return TypedDataEncoder.from({ Deal: DEAL_TYPE }).hash(dealToChain(deal)) as Hex
}

/** Struct hash of Goods, as Orders computes it. */
export function goodsHash(goods: Goods): Hex {
  return TypedDataEncoder.from({ Goods: GOODS_TYPE }).hash(goods) as Hex
}

/** Struct hash of a Receipt: `deliveryHash` of a fulfilled order. */
export function receiptHash(receipt: Receipt): Hex {
  return TypedDataEncoder.from({ Receipt: RECEIPT_TYPE }).hash(receiptToChain(receipt)) as Hex
}
