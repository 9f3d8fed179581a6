import {
  type Address,
  addressSchema,
  bytes32Schema,
  type Hex,
  type Parameters,
  parametersSchema,
} from '@gristmill/protocol'
import { ArgumentError } from './argument-errors.js'

/** An id of 32 bytes. */
export function parseId(argument: string, text: string): Hex {
  const parsed = bytes32Schema.safeParse(text)
  if (parsed.success) return parsed.data
  throw new ArgumentError(argument, `${text} is not an id: it is 0x and 64 hexadecimal digits.`)
}

/** An address. */
export function parseAddress(argument: string, text: string): Address {
  const parsed = addressSchema.safeParse(text)
  if (parsed.success) return parsed.data
  throw new ArgumentError(argument, `${text} is not an address: it is 0x and 40 hexadecimal digits.`)
}

/** Integer parameters of an algorithm, as JSON. */
export function parseParameters(argument: string, text: string): Parameters {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw new ArgumentError(argument, `is not JSON: write it like '{"epochs":20}'.`)
  }
  const parsed = parametersSchema.safeParse(json)
  if (parsed.success) return parsed.data
  throw new ArgumentError(argument, `must hold integers by name: write it like '{"epochs":20}'.`)
}

/** A duration in seconds. */
export function parseSeconds(argument: string, text: string): number {
  const seconds = Number(text)
  if (Number.isSafeInteger(seconds) && seconds > 0) return seconds
  throw new ArgumentError(argument, `${text} is not a number of seconds: write it like 600.`)
}

/** Entries of a page. */
export function parseLimit(argument: string, text: string): number {
  if (/^[1-9]\d?$|^100$/.test(text)) return Number(text)
  throw new ArgumentError(argument, `${text} is no number of 1 to 100.`)
}

/** A TCP port; 0 means any free one. */
export function parsePort(argument: string, text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (port <= 65_535) return port
  throw new ArgumentError(argument, `${text} is not a port: it is a number of 0 to 65535.`)
}
