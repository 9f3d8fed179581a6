import { MalformedMessageError, TruncatedMessageError, UnsupportedMessageError } from './message-errors.js'
import { readLength, readPacketHeader } from './packet-header.js'
import type { Sealing } from './recipient.js'

/** Packet type id of encrypted and integrity protected data (SEIPD). */
export const SEIPD_TAG = 18

/** Bytes from the start of a data packet that are enough for `describeDataPacket`. */
export const DATA_PACKET_HEAD_BYTES = 10

/** RFC 9580 allows AEAD chunks of 4 MiB: that much is held before it is authenticated. */
const MAX_CHUNK_SIZE_OCTET = 16
const MIN_FIRST_PART_BYTES = 512

export interface DataPacketShape {
  sealing: Sealing
  /** Bytes that are authenticated together; 0 in v1, where only the whole is. */
  chunkBytes: number
}

/** Reads version and algorithms off the head of a data packet, and refuses those that are not taken. */
export function describeDataPacket(head: Uint8Array): DataPacketShape {
  const header = readPacketHeader(head)
  if (header === null || header.tag !== SEIPD_TAG) throw new MalformedMessageError('it has no encrypted data packet')
  if (header.partial && header.bodyBytes < MIN_FIRST_PART_BYTES) {
    throw new MalformedMessageError('the first part of its data is too short')
  }
  const [version, cipher, aead, chunkSizeOctet] = head.subarray(header.headerBytes)
  if (version === 1) return { sealing: 'seipd-v1', chunkBytes: 0 }
  if (version !== 2 || cipher === undefined || aead === undefined || chunkSizeOctet === undefined) {
    throw new MalformedMessageError('its data packet is of an unknown version')
  }
  if (cipher !== AES_256 || aead !== GCM) throw new UnsupportedMessageError('a cipher other than AES-256-GCM')
  if (chunkSizeOctet > MAX_CHUNK_SIZE_OCTET) throw new UnsupportedMessageError('chunks above 4 MiB')
  return { sealing: 'seipd-v2', chunkBytes: 2 ** (chunkSizeOctet + 6) }
}

/** Ids of the algorithms (RFC 9580, 9.3 and 9.6). */
export const AES_256 = 9
export const GCM = 3

/** Follows the lengths of one packet through chunks of any size, and knows where it ends. */
export class PacketTracker {
  /** The start of a header that is split over two chunks. */
  #pending = new Uint8Array()
  #started = false
  #partial = true
  #leftBytes = 0
  #seenBytes = 0

  /** Takes the next bytes; throws if the packet ended before them. */
  take(chunk: Uint8Array): void {
    this.#seenBytes += chunk.length
    let rest = chunk
    while (rest.length > 0) {
      if (this.#leftBytes > 0) {
        const step = Math.min(this.#leftBytes, rest.length)
        this.#leftBytes -= step
        rest = rest.subarray(step)
        continue
      }
      if (!this.#partial) throw new MalformedMessageError('bytes follow its data packet')
      rest = this.#takeHeader(rest)
    }
  }

  /** Throws unless the packet is complete. */
  end(): void {
    if (this.#partial || this.#leftBytes > 0) throw new TruncatedMessageError(this.#seenBytes)
  }

  #takeHeader(bytes: Uint8Array): Uint8Array {
    const joined = new Uint8Array([...this.#pending, ...bytes.subarray(0, 8)])
    const header = this.#started ? readLength(joined) : readPacketHeader(joined)
    if (header === null) {
      this.#pending = joined
      return bytes.subarray(joined.length)
    }
    const used = header.headerBytes - this.#pending.length
    this.#pending = new Uint8Array()
    this.#started = true
    this.#partial = header.partial
    this.#leftBytes = header.bodyBytes
    return bytes.subarray(used)
  }
}
