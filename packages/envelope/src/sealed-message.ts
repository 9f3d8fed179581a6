import { type ByteSource, concatSources } from './byte-stream.js'
import { DATA_PACKET_HEAD_BYTES, SEIPD_TAG } from './data-packet.js'
import { MalformedMessageError, TruncatedMessageError, UnsupportedMessageError } from './message-errors.js'
import { MAX_HEADER_BYTES, type PacketHeader, readPacketHeader } from './packet-header.js'

/** An OpenPGP message in two parts that can be kept apart: who may read it, and what it says. */
export interface SealedMessage {
  /** The session key, encrypted for each recipient: small, and replaceable. */
  keyPackets: Uint8Array
  /** The one encrypted data packet. */
  data: ByteSource
}

/** Most bytes of key packets that are read. */
export const MAX_KEY_PACKETS_BYTES = 64 * 1024
/** Each key packet may cost one private-key operation. */
const MAX_KEY_PACKETS = 32

const PKESK_TAG = 1
const MARKER_TAG = 10
const PADDING_TAG = 21

/** The whole OpenPGP message: key packets, then data. */
export function messageOf({ keyPackets, data }: SealedMessage): ByteSource {
  return concatSources(keyPackets, data)
}

/** Takes a message apart at its data packet, reading no further. The data is checked when it is opened. */
export async function splitMessage(message: ByteSource): Promise<SealedMessage> {
  const iterator = message[Symbol.asyncIterator]()
  try {
    return await split(iterator)
  } catch (error) {
    await iterator.return?.()
    throw error
  }
}

/** Throws unless `keyPackets` is a bounded run of key packets and nothing else. */
export function assertKeyPackets(keyPackets: Uint8Array): void {
  if (keyPackets.length > MAX_KEY_PACKETS_BYTES) throw new MalformedMessageError('its key packets are too large')
  let count = 0
  for (let offset = 0; offset < keyPackets.length; ) {
    const header = readPacketHeader(keyPackets.subarray(offset, offset + MAX_HEADER_BYTES))
    if (header === null) throw new TruncatedMessageError(keyPackets.length)
    assertKeyPacket(header)
    if (header.tag === PKESK_TAG) count += 1
    offset += header.headerBytes + header.bodyBytes
    if (offset > keyPackets.length) throw new TruncatedMessageError(keyPackets.length)
  }
  if (count === 0) throw new MalformedMessageError('it has no key packet')
  if (count > MAX_KEY_PACKETS) throw new MalformedMessageError(`it has more than ${MAX_KEY_PACKETS} key packets`)
}

async function split(iterator: AsyncIterator<Uint8Array>): Promise<SealedMessage> {
  let bytes = new Uint8Array()
  let offset = 0
  for (;;) {
    const header = readPacketHeader(bytes.subarray(offset))
    if (header?.tag === SEIPD_TAG && bytes.length - offset >= DATA_PACKET_HEAD_BYTES) break
    if (header !== null && header.tag !== SEIPD_TAG) {
      assertKeyPacket(header)
      const end = offset + header.headerBytes + header.bodyBytes
      if (end > MAX_KEY_PACKETS_BYTES) throw new MalformedMessageError('its key packets are too large')
      if (bytes.length >= end) {
        offset = end
        continue
      }
    }
    const next = await iterator.next()
    if (next.done === true) throw new TruncatedMessageError(bytes.length)
    bytes = joinBytes(bytes, next.value)
  }
  const keyPackets = bytes.slice(0, offset)
  assertKeyPackets(keyPackets)
  return { keyPackets, data: concatSources(bytes.subarray(offset), { [Symbol.asyncIterator]: () => iterator }) }
}

function assertKeyPacket({ tag, partial }: PacketHeader): void {
  if (tag !== PKESK_TAG && tag !== MARKER_TAG && tag !== PADDING_TAG) {
    throw new UnsupportedMessageError(`packet type ${tag} before its data`)
  }
  if (partial) throw new MalformedMessageError('a key packet has a partial length')
}

function joinBytes(head: Uint8Array, tail: Uint8Array): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(head.length + tail.length)
  joined.set(head)
  joined.set(tail, head.length)
  return joined
}
