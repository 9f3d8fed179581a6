import { ContentRangeError } from './content-errors.js'

/** A packet with a length of five octets holds less. */
const LENGTH_MAX = 2 ** 32
/** Size of the parts before the last of a packet that is longer: as large as a partial length can say. */
const PART_BYTES = 2 ** 30
const PARTIAL_LENGTH = 0xfe
const LAST_LENGTH_BYTES = 5
/** 4 TiB: more headers than that are not kept. */
const BODY_BYTES_MAX = 2 ** 42

interface Header {
  /** Position in the body of the byte that follows it. */
  readonly at: number
  /** Where it lies in the framed packet. */
  readonly offset: number
  readonly bytes: Uint8Array
}

/**
 * An OpenPGP packet whose length is known from the start, so that where each byte of its body lies can be computed: one
 * length of five octets (RFC 9580, section 4.2.1) or, from 4 GiB on, parts of 1 GiB and then that.
 */
export class PacketFraming {
  readonly bodyBytes: number
  /** Of the packet with its headers. */
  readonly framedBytes: number
  readonly #headers: readonly Header[]

  constructor(tag: number, bodyBytes: number) {
    if (!Number.isSafeInteger(bodyBytes) || bodyBytes < 0 || bodyBytes > BODY_BYTES_MAX) {
      throw new ContentRangeError('packet body', bodyBytes, `0 to ${BODY_BYTES_MAX} bytes`)
    }
    const parts = bodyBytes < LENGTH_MAX ? 0 : Math.ceil((bodyBytes - LENGTH_MAX + 1) / PART_BYTES)
    const lengths = Array.from({ length: parts + 1 }, (_, part) =>
      part < parts ? Uint8Array.of(PARTIAL_LENGTH) : lengthOf(bodyBytes - parts * PART_BYTES),
    )
    this.bodyBytes = bodyBytes
    this.framedBytes = 1 + parts + LAST_LENGTH_BYTES + bodyBytes
    this.#headers = lengths.map((length, part) => {
      const at = part * PART_BYTES
      // A byte of tag before all, a byte of length before each part.
      return part === 0
        ? { at, offset: 0, bytes: Uint8Array.of(0xc0 | tag, ...length) }
        : { at, offset: 1 + part + at, bytes: length }
    })
  }

  /** Where byte `position` of the body lies in the framed packet; of its end, where the packet ends. */
  offsetOf(position: number): number {
    const { at, offset, bytes } = this.#headers[Math.min(this.#headers.length - 1, Math.floor(position / PART_BYTES))]!
    return offset + bytes.length + position - at
  }

  /** Header bytes that come right before byte `position` of the body: none, mostly. */
  headerAt(position: number): Uint8Array {
    const header = this.#headers[Math.floor(position / PART_BYTES)]
    return header?.at === position ? header.bytes : new Uint8Array()
  }

  /** The first position behind `position` that has a header before it, or the end of the body. */
  nextHeader(position: number): number {
    return this.#headers[Math.floor(position / PART_BYTES) + 1]?.at ?? this.bodyBytes
  }

  /** The bytes of the body among `bytes`, which lie from `offset` on in the framed packet. */
  *unframe(offset: number, bytes: Uint8Array): Generator<Uint8Array, void, undefined> {
    let done = 0
    for (const header of this.#headers) {
      const start = header.offset - offset
      if (start + header.bytes.length <= done || start >= bytes.length) continue
      if (start > done) yield bytes.subarray(done, start)
      done = start + header.bytes.length
    }
    if (done < bytes.length) yield bytes.subarray(done)
  }
}

function lengthOf(bytes: number): Uint8Array {
  const length = new Uint8Array(LAST_LENGTH_BYTES)
  length[0] = 0xff
  new DataView(length.buffer).setUint32(1, bytes)
  return length
}
