import { AbiCoder, keccak256 } from 'ethers'
import type { Address, Hex } from './hex.js'

declare const brand: unique symbol
type Branded<T, Name extends string> = T & { readonly [brand]?: Name }

/** Id of a market: 32 bytes as 0x-hex. */
export type MarketId = Branded<Hex, 'MarketId'>
/** Id of a listing: 32 bytes as 0x-hex. */
export type ListingId = Branded<Hex, 'ListingId'>
/** Id of an order: 32 bytes as 0x-hex. */
export type OrderId = Branded<Hex, 'OrderId'>
/** 1, 2, 3, ... in order of registration; 0 is nobody. */
export type DatatrustId = number

const abi = AbiCoder.defaultAbiCoder()

/** Id of the market that `creator` creates with `salt` at the contract `markets`. */
export function marketIdOf(markets: Address, creator: Address, salt: Hex): MarketId {
  return keccak256(abi.encode(['address', 'address', 'bytes32'], [markets, creator, salt])) as MarketId
}

/** Id of the listing that `maker` publishes in `market` with `salt`. */
export function listingIdOf(market: MarketId, maker: Address, salt: Hex): ListingId {
  return keccak256(abi.encode(['bytes32', 'address', 'bytes32'], [market, maker, salt])) as ListingId
}

/** Id of order `n` of `buyer` for `listing`. */
export function orderIdOf(listing: ListingId, buyer: Address, n: bigint): OrderId {
  return keccak256(abi.encode(['bytes32', 'address', 'uint256'], [listing, buyer, n])) as OrderId
}

/** What is listed, Content on chain. */
export interface Content {
  /** RFC 9162 tree hash over the blinded cells of the asset. */
  contentRoot: Hex
  /** Of the asset. */
  sizeBytes: bigint
  /** sha256 of the RFC 8785 JSON of what may leave; zero if compute is not offered. */
  policyHash: Hex
  /** sha256 of the RFC 8785 JSON of the metadata. */
  metadataHash: Hex
}

/** What a listing commits to beside its prices, and its orders to: `termsHash` of IListings and of Goods. */
export function termsHashOf(terms: Content): Hex {
  return keccak256(
    abi.encode(
      ['bytes32', 'uint64', 'bytes32', 'bytes32'],
      [terms.contentRoot, terms.sizeBytes, terms.policyHash, terms.metadataHash],
    ),
  ) as Hex
}
