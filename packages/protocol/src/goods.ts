import { z } from 'zod'
import { bytes32Schema } from './hex.js'
import { uintSchema } from './numbers.js'

/** The data side of an order: what exactly is bought. Fields of compute are zero for access. */
export const goodsSchema = z.strictObject({
  /** RFC 9162 tree hash over the blinded cells of the asset. */
  contentRoot: bytes32Schema,
  sizeBytes: uintSchema(64),
  /** sha256 of the RFC 8785 JSON of the metadata. */
  metadataHash: bytes32Schema,
  /** sha256 of the RFC 8785 JSON of what may leave; zero for a listing without compute. */
  policyHash: bytes32Schema,
  /** sha256 of the buyer's OpenPGP public key packets. */
  recipientKey: bytes32Schema,
  /** sha256 of the algorithm's module. */
  algorithm: bytes32Schema,
  /** sha256 of the RFC 8785 JSON of the algorithm's parameters. */
  parametersHash: bytes32Schema,
  /** Names executor, version and limits. */
  runtimeDigest: bytes32Schema,
  /** Groups the orders of one run over several listings; zero if alone. */
  runId: bytes32Schema,
})
/** The data side of an order: what exactly is bought. Fields of compute are zero for access. */
export type Goods = z.output<typeof goodsSchema>

/** EIP-712 fields of Goods. */
export const GOODS_TYPE = [
  { name: 'contentRoot', type: 'bytes32' },
  { name: 'sizeBytes', type: 'uint64' },
  { name: 'metadataHash', type: 'bytes32' },
  { name: 'policyHash', type: 'bytes32' },
  { name: 'recipientKey', type: 'bytes32' },
  { name: 'algorithm', type: 'bytes32' },
  { name: 'parametersHash', type: 'bytes32' },
  { name: 'runtimeDigest', type: 'bytes32' },
  { name: 'runId', type: 'bytes32' },
]
