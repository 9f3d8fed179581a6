import canonicalize from 'canonicalize'
import { sha256 } from 'ethers/crypto'
import { toUtf8Bytes } from 'ethers/utils'
import { ProtocolError } from './error.js'
import type { Hex } from './hex.js'

/** Deepest nesting of arrays and objects that is accepted. */
const DEPTH_MAX = 100

/**
 * A value has no canonical JSON text.
 *
 * @remedy Leave the value at `details.path` out, or write it as a string.
 */
export class NotCanonicalError extends ProtocolError {
  readonly code = 'NOT_CANONICAL'

  constructor(path: string, reason: string) {
    super(`value at ${path} has no canonical JSON text: ${reason}; leave it out or write it as a string`, {
      details: { path, reason },
    })
  }
}

/**
 * RFC 8785 text of a plain value: null, booleans, finite numbers, well-formed strings, arrays and plain objects.
 * Refuses what JSON cannot hold instead of leaving it out or rewriting it, so that two values never share a hash.
 */
export function canonicalJson(value: unknown): string {
  requireJson(value, '$', 0)
  return canonicalize(value) as string
}

/** sha256 of the RFC 8785 text. */
export function canonicalHash(value: unknown): Hex {
  return sha256(toUtf8Bytes(canonicalJson(value))) as Hex
}

function requireJson(value: unknown, path: string, depth: number): void {
  if (depth > DEPTH_MAX)
    throw new NotCanonicalError(path, `nested deeper than ${DEPTH_MAX}; flatten it or break the cycle`)
  switch (typeof value) {
    case 'boolean':
      return
    case 'number':
      if (!Number.isFinite(value)) throw new NotCanonicalError(path, 'the number is not finite')
      return
    case 'string':
      if (!value.isWellFormed()) throw new NotCanonicalError(path, 'the string has a lone surrogate')
      return
    case 'object':
      if (value === null) return
      if (Array.isArray(value)) requireArray(value, path, depth)
      else requirePlainObject(value, path, depth)
      return
    default:
      throw new NotCanonicalError(path, `JSON has no ${typeof value}; use a string, an integer or leave the key out`)
  }
}

function requireArray(value: unknown[], path: string, depth: number): void {
  // NOTE: entries() visits holes, which canonicalize would turn into null.
  for (const [index, entry] of value.entries()) requireJson(entry, `${path}[${index}]`, depth + 1)
}

function requirePlainObject(value: object, path: string, depth: number): void {
  const prototype = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) {
    throw new NotCanonicalError(path, 'only plain objects and arrays are accepted')
  }
  if (Object.getOwnPropertySymbols(value).length > 0) throw new NotCanonicalError(path, 'a key is a symbol')
  for (const [key, entry] of Object.entries(value)) {
    if (key === 'toJSON' && typeof entry === 'function') throw new NotCanonicalError(path, 'the object rewrites itself')
    if (!key.isWellFormed()) throw new NotCanonicalError(path, 'a key has a lone surrogate')
    requireJson(entry, `${path}.${key}`, depth + 1)
  }
}
