import { z } from 'zod'

/** Bytes as 0x-prefixed lower-case hexadecimal. */
export type Hex = `0x${string}`

/** Checksummed address (EIP-55). */
export type Address = `0x${string}`

/** 32 bytes as 0x-hex, lower case. */
export const bytes32Schema = z
  .string()
  .regex(/^0x[0-9a-fA-F]{64}$/, 'expected 32 bytes as 0x-prefixed hexadecimal')
  .transform((value) => value.toLowerCase() as Hex)

/** Any bytes as 0x-hex, at most 4096 of them. */
export const hexSchema = z
  .string()
  .max(2 + 2 * 4096)
  .regex(/^0x([0-9a-fA-F]{2})*$/, 'expected bytes as 0x-prefixed hexadecimal')
  .transform((value) => value.toLowerCase() as Hex)

/** 32 zero bytes: no hash, no salt. */
export const ZERO_BYTES32: Hex = `0x${'0'.repeat(64)}`
