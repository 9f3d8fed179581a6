import { EmptyAssetError } from './content-errors.js'
import { AES_256, GCM, SEIPD_TAG } from './data-packet.js'
import { PacketFraming } from './packet-framing.js'

/** Plaintext under one tag, as everywhere here: `aeadChunkSizeByte` of `SETTINGS`. */
export const CHUNK_BYTES = 256 * 1024
export const TAG_BYTES = 16
export const SALT_BYTES = 32
const CHUNK_SIZE_OCTET = 12
const SEIPD_VERSION = 2

const LITERAL_TAG = 11
/** Binary, without a name, without a date. */
const LITERAL_HEAD = Uint8Array.of(0x62, 0, 0, 0, 0, 0)

/** Packet tag, version and algorithms: authenticated with every chunk, and the info from which its key derives. */
export const ASSOCIATED_DATA = Uint8Array.of(0xc0 | SEIPD_TAG, SEIPD_VERSION, AES_256, GCM, CHUNK_SIZE_OCTET)

/**
 * Where everything lies in the data packet of a stored asset: one SEIPDv2 packet (RFC 9580, section 5.13.2) around one
 * literal data packet, both of known length. It follows from the size of the asset alone.
 */
export class StoredLayout {
  readonly assetBytes: number
  /** Of the data packet: what is stored. */
  readonly storedBytes: number
  /** Number of AEAD chunks. */
  readonly chunks: number
  /** What is encrypted: the literal packet. */
  readonly literal: PacketFraming
  readonly packet: PacketFraming

  /** Throws `EmptyAssetError` for no bytes, `ContentRangeError` above 4 TiB. */
  constructor(assetBytes: number) {
    if (assetBytes === 0) throw new EmptyAssetError()
    this.assetBytes = assetBytes
    this.literal = new PacketFraming(LITERAL_TAG, LITERAL_HEAD.length + assetBytes)
    this.chunks = Math.ceil(this.literal.framedBytes / CHUNK_BYTES)
    const tags = (this.chunks + 1) * TAG_BYTES
    this.packet = new PacketFraming(SEIPD_TAG, this.prefix.length + SALT_BYTES + this.literal.framedBytes + tags)
    this.storedBytes = this.packet.framedBytes
  }

  /** Version and algorithms, at the head of the data packet's body. */
  get prefix(): Uint8Array {
    return ASSOCIATED_DATA.subarray(1)
  }

  /** What the literal packet says before the asset. */
  get literalHead(): Uint8Array {
    return LITERAL_HEAD
  }

  /** Position of a chunk in the data packet's body; of the one after the last, the final tag. */
  chunkAt(index: number): number {
    const plain = Math.min(index * CHUNK_BYTES, this.literal.framedBytes)
    return this.prefix.length + SALT_BYTES + plain + index * TAG_BYTES
  }

  /** Size of the plaintext of a chunk. */
  plainBytes(index: number): number {
    return Math.min(CHUNK_BYTES, this.literal.framedBytes - index * CHUNK_BYTES)
  }

  /** What is stored of a chunk: its ciphertext and its tag; of the last one, the final tag as well. */
  recordBytes(index: number): number {
    return this.chunkAt(index + 1) - this.chunkAt(index) + (index + 1 === this.chunks ? TAG_BYTES : 0)
  }

  /** Where byte `position` of the asset lies in the plaintext; of its end, where the plaintext ends. */
  plainOffsetOf(position: number): number {
    return this.literal.offsetOf(LITERAL_HEAD.length + position)
  }

  /** Where bytes `start` to before `end` of the asset, one at least, lie in the plaintext, and in which chunks. */
  spanOf(start: number, end: number): PlainSpan {
    const plainStart = this.plainOffsetOf(start)
    const plainEnd = this.plainOffsetOf(end - 1) + 1
    const firstChunk = Math.floor(plainStart / CHUNK_BYTES)
    return { plainStart, plainEnd, firstChunk, endChunk: Math.ceil(plainEnd / CHUNK_BYTES) }
  }
}

/** A part of the plaintext. */
export interface PlainSpan {
  plainStart: number
  plainEnd: number
  firstChunk: number
  /** The first chunk after it. */
  endChunk: number
}

/** The nonce of a chunk: what the key derivation gave of it, and the number of the chunk. */
export function chunkNonce(iv: Uint8Array, index: number): Uint8Array {
  const nonce = new Uint8Array(iv.length + 8)
  nonce.set(iv)
  new DataView(nonce.buffer).setBigUint64(iv.length, BigInt(index))
  return nonce
}

/** What the final tag authenticates: that there are this many bytes of plaintext and no more. */
export function finalAssociatedData(plainBytes: number): Uint8Array {
  const data = new Uint8Array(ASSOCIATED_DATA.length + 8)
  data.set(ASSOCIATED_DATA)
  new DataView(data.buffer).setBigUint64(ASSOCIATED_DATA.length, BigInt(plainBytes))
  return data
}
