import { createHash } from 'node:crypto'
import { addressSchema, bytes32Schema, type Hex, ZERO_BYTES32 } from '@gristmill/protocol'
import { z } from 'zod'
import { AUDIT_FORMATS } from './audit-format.js'

/** Before the first row there is nothing. */
export const NO_ROW: Hex = ZERO_BYTES32

/** sha256 of a line, without what ends it. */
export function lineHash(line: string): Hex {
  return `0x${createHash('sha256').update(line).digest('hex')}`
}

/**
 * What the last line of an audit says, and its signer signs: EIP-191 over its RFC 8785 text. Amounts are decimal strings,
 * instants ISO 8601.
 */
export const auditStatementSchema = z.strictObject({
  statement: z.literal('gristmill datatrust audit'),
  version: z.literal(1),
  format: z.enum(AUDIT_FORMATS),
  chainId: z.string().regex(/^[1-9][0-9]{0,30}$/),
  /** Contract whose orders these are. */
  orders: addressSchema,
  datatrust: z.int().min(1),
  signer: addressSchema,
  /** Null: from the beginning. */
  since: z.string().nullable(),
  until: z.string(),
  /** Null: of all. */
  listing: bytes32Schema.nullable(),
  account: addressSchema.nullable(),
  /** To which the chain was read; null: not at all. */
  toBlock: z.int().min(0).nullable(),
  /** Before this line. */
  rows: z.int().min(0),
  /** sha256 of the line before; zero if there is none. */
  head: bytes32Schema,
})
/** What the last line of an audit says. */
export type AuditStatement = z.output<typeof auditStatementSchema>
