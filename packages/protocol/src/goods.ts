import { z } from 'zod'
import { bytes32Schema } from './hex.js'

/** The data side of an order: what exactly is bought. Fields of compute are zero for access. */
export const goodsSchema = z.strictObject({
  /** What is listed: `termsHashOf` the listing's content. */
  termsHash: bytes32Schema,
  /** keccak256 of the key that decrypts the delivery; zero: no fair exchange. */
  keyHash: bytes32Schema,
  /** sha256 of the buyer's OpenPGP public key packets; may be zero where there is a key hash. */
  recipientKey: bytes32Schema,
  /** sha256 of the algorithm's module. */
  algorithm: bytes32Schema,
  /** sha256 of the RFC 8785 JSON of the algorithm's parameters. */
  parametersHash: bytes32Schema,
  /** Names executor, version and limits. */
  runtimeDigest: bytes32Schema,
  /** Of a joint run: `runIdOf` all its orders; zero if alone. */
  runId: bytes32Schema,
})
/** The data side of an order: what exactly is bought. Fields of compute are zero for access. */
export type Goods = z.output<typeof goodsSchema>

/** EIP-712 fields of Goods. */
export const GOODS_TYPE = [
  { name: 'termsHash', type: 'bytes32' },
  { name: 'keyHash', type: 'bytes32' },
  { name: 'recipientKey', type: 'bytes32' },
  { name: 'algorithm', type: 'bytes32' },
  { name: 'parametersHash', type: 'bytes32' },
  { name: 'runtimeDigest', type: 'bytes32' },
  { name: 'runId', type: 'bytes32' },
]
