import { AbiCoder, keccak256 } from 'ethers'
import type { Hex } from './hex.js'

/** What came by the fair exchange. */
export interface Delivery {
  /** RFC 9162 tree hash over the blinded plaintext cells: the listing's, or the released model's. */
  contentRoot: Hex
  /** Of the content, blinds not counted. */
  sizeBytes: bigint
  /** RFC 9162 tree hash over the encrypted cells, as streamed. */
  cipherRoot: Hex
  /** ChaCha20 (RFC 8439) key; its keccak256 is the order's `keyHash`. */
  key: Hex
  /** EIP-712 struct hash of the run's Receipt; zero for access. */
  receiptHash: Hex
}

/** `deliveryHash` of a revealed order. */
export function deliveryHash({ contentRoot, sizeBytes, cipherRoot, key, receiptHash }: Delivery): Hex {
  return keccak256(
    AbiCoder.defaultAbiCoder().encode(
      ['bytes32', 'uint64', 'bytes32', 'bytes32', 'bytes32'],
      [contentRoot, sizeBytes, cipherRoot, key, receiptHash],
    ),
  ) as Hex
}
