import { z } from 'zod'
import { bytes32Schema } from './hex.js'
import { VERDICTS } from './kind.js'
import { uintSchema } from './numbers.js'

/** What a run did, as its datatrust answers for it. */
export const receiptSchema = z.strictObject({
  orderId: bytes32Schema,
  /** EIP-712 struct hash of the order's Goods: what was run on what. */
  goodsHash: bytes32Schema,
  /** sha256(salt || raw output): the raw output cannot be guessed from it. */
  rawOutputHash: bytes32Schema,
  /** sha256 of the released model; zero if nothing was released. */
  releasedHash: bytes32Schema,
  /** RFC 9162 tree hash over its blinded cells; zero if it is not delivered by the fair exchange. */
  releasedRoot: bytes32Schema,
  /** `provenanceHash` of the statement that says how it came about. */
  provenanceHash: bytes32Schema,
  releasedBytes: uintSchema(64),
  /** Charged against the owner's budget. */
  leakBits: uintSchema(64),
  /** Instructions that the run was allowed; what it used stays with the datatrust, for it would tell about the data. */
  fuel: uintSchema(64),
  verdict: z.enum(VERDICTS),
})
/** What a run did, as its datatrust answers for it. */
export type Receipt = z.output<typeof receiptSchema>

/** EIP-712 fields of a Receipt. */
export const RECEIPT_TYPE = [
  { name: 'orderId', type: 'bytes32' },
  { name: 'goodsHash', type: 'bytes32' },
  { name: 'rawOutputHash', type: 'bytes32' },
  { name: 'releasedHash', type: 'bytes32' },
  { name: 'releasedRoot', type: 'bytes32' },
  { name: 'provenanceHash', type: 'bytes32' },
  { name: 'releasedBytes', type: 'uint64' },
  { name: 'leakBits', type: 'uint64' },
  { name: 'fuel', type: 'uint64' },
  { name: 'verdict', type: 'uint8' },
]

/** A receipt as contracts and EIP-712 want it: the verdict as its number. */
export function receiptToChain(receipt: Receipt): Omit<Receipt, 'verdict'> & { verdict: number } {
  return { ...receipt, verdict: VERDICTS.indexOf(receipt.verdict) }
}
