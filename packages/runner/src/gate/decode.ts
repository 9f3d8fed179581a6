import { inflateRawSync, constants as zlib } from 'node:zlib'
import type { Decoder } from '@gristmill/protocol'

/** Layers of encodings that are taken off. */
const LAYERS_MAX = 3

/** More was found to decode than may be. */
export class DecodedTooLargeError extends Error {}

export interface DecodeParams {
  decoders: readonly Decoder[]
  /** Shortest text that matters, in bytes. */
  least: number
  /** Of all that is decoded. */
  bytesMax: number
}

/**
 * Everything of at least `least` bytes that parts of a text decode to, and what that decodes to. Throws
 * DecodedTooLargeError beyond `bytesMax`, so that a bomb costs no more.
 */
export function decodings(text: Uint8Array, { decoders, least, bytesMax }: DecodeParams): Uint8Array[] {
  const found: Uint8Array[] = []
  let left = bytesMax
  const take = (decoded: Uint8Array, layer: number) => {
    if (decoded.length > left) throw new DecodedTooLargeError()
    left -= decoded.length
    if (decoded.length < least) return
    found.push(decoded)
    if (layer < LAYERS_MAX) visit(decoded, layer + 1)
  }
  const visit = (part: Uint8Array, layer: number) => {
    const latin = Buffer.from(part.buffer, part.byteOffset, part.byteLength).toString('latin1')
    if (decoders.includes('hex')) {
      for (const [run] of latin.matchAll(/[0-9a-fA-F]+/g)) {
        if (run.length >= 2 * least) for (const start of [0, 1]) take(Buffer.from(run.slice(start), 'hex'), layer)
      }
    }
    if (decoders.includes('b64')) {
      for (const [run] of latin.matchAll(/[A-Za-z0-9+/_-]+/g)) {
        if (run.length < (4 * least) / 3) continue
        for (const start of [0, 1, 2, 3]) take(Buffer.from(run.slice(start), 'base64'), layer)
      }
    }
    if (decoders.includes('gzip')) {
      for (let at = latin.indexOf(GZIP); at >= 0; at = latin.indexOf(GZIP, at + 1)) {
        const inflated = inflate(part, at, left)
        if (inflated !== undefined) take(inflated, layer)
      }
    }
  }
  visit(text, 1)
  return found
}

/** RFC 1952: magic number, and deflate as the method. */
const GZIP = '\x1f\x8b\x08'

/** What the gzip member at `at` holds, complete or not; its checksum does not matter. Undefined if it is none. */
function inflate(text: Uint8Array, at: number, bytesMax: number): Uint8Array | undefined {
  const flags = text[at + 3] ?? 0
  let start = at + 10
  if (flags & 4) start += 2 + (text[start] ?? 0) + 256 * (text[start + 1] ?? 0)
  for (const named of [8, 16]) {
    if (!(flags & named)) continue
    while (start < text.length && text[start] !== 0) start++
    start++
  }
  if (flags & 2) start += 2
  try {
    return inflateRawSync(text.subarray(start), { maxOutputLength: bytesMax + 1, finishFlush: zlib.Z_SYNC_FLUSH })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw new DecodedTooLargeError()
    return undefined
  }
}
