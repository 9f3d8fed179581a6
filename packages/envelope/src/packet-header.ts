import { MalformedMessageError } from './message-errors.js'

/** Head of an OpenPGP packet, or of a further part of one with partial lengths. */
export interface PacketHeader {
  /** Packet type id (RFC 9580, 5). */
  tag: number
  headerBytes: number
  /** Bytes of the part that follows. */
  bodyBytes: number
  /** True if another length follows after this part. */
  partial: boolean
}

/** Most bytes a packet header takes: one for the tag, five for the length. */
export const MAX_HEADER_BYTES = 6

/** Reads a packet header at the start of `bytes`, or `null` if more bytes are needed. */
export function readPacketHeader(bytes: Uint8Array): PacketHeader | null {
  const first = bytes[0]
  if (first === undefined) return null
  if ((first & 0x80) === 0) throw new MalformedMessageError('a packet does not start where it should')
  if ((first & 0x40) === 0) return readLegacyLength(bytes, first)
  const length = readLength(bytes.subarray(1))
  return length && { ...length, tag: first & 0x3f, headerBytes: length.headerBytes + 1 }
}

/** Reads the length before a further part of a packet, or `null` if more bytes are needed. */
export function readLength(bytes: Uint8Array): Omit<PacketHeader, 'tag'> | null {
  const first = bytes[0]
  if (first === undefined) return null
  if (first < 192) return { headerBytes: 1, bodyBytes: first, partial: false }
  if (first < 224) {
    const second = bytes[1]
    if (second === undefined) return null
    return { headerBytes: 2, bodyBytes: ((first - 192) << 8) + second + 192, partial: false }
  }
  if (first < 255) return { headerBytes: 1, bodyBytes: 2 ** (first & 0x1f), partial: true }
  if (bytes.length < 5) return null
  return { headerBytes: 5, bodyBytes: readUint(bytes, 1, 4), partial: false }
}

function readLegacyLength(bytes: Uint8Array, first: number): PacketHeader | null {
  const tag = (first & 0x3c) >> 2
  const lengthBytes = [1, 2, 4][first & 0x03]
  if (lengthBytes === undefined) throw new MalformedMessageError('a packet of indeterminate length')
  if (bytes.length < 1 + lengthBytes) return null
  return { tag, headerBytes: 1 + lengthBytes, bodyBytes: readUint(bytes, 1, lengthBytes), partial: false }
}

function readUint(bytes: Uint8Array, offset: number, count: number): number {
  let value = 0
  for (let i = offset; i < offset + count; i++) value = value * 256 + bytes[i]!
  return value
}
