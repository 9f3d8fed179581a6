import { z } from 'zod'

/** Unsigned integer of `bits` bits, on the wire a decimal string, inside a bigint. */
export const uintSchema = (bits: number) =>
  z
    .union([z.string().regex(/^(0|[1-9][0-9]{0,77})$/, 'expected a decimal integer as a string'), z.bigint()])
    .transform((value) => BigInt(value))
    .refine((value) => value >= 0n && value < 1n << BigInt(bits), `expected an unsigned integer of ${bits} bits`)

/** Unsigned integer that fits a JavaScript number. */
export const smallUintSchema = (bits: number) =>
  z
    .number()
    .int()
    .min(0)
    .max(bits >= 53 ? Number.MAX_SAFE_INTEGER : 2 ** bits - 1)

/** JSON text of a value in which bigints become decimal strings: what `uintSchema` reads back. */
export function toWire(value: unknown): string {
  return JSON.stringify(value, (_key, entry) => (typeof entry === 'bigint' ? entry.toString() : entry))
}
