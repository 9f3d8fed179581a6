import { CompressedDataPacket, LiteralDataPacket, type Message, readMessage } from 'openpgp'
import { type ByteSource, fromWebStream, peekSource, toWebStream } from './byte-stream.js'
import { DATA_PACKET_HEAD_BYTES, describeDataPacket } from './data-packet.js'
import type { DecryptionKey } from './decryption-key.js'
import {
  MalformedMessageError,
  MessageError,
  MessageTooLargeError,
  TamperedMessageError,
  UnsupportedMessageError,
} from './message-errors.js'
import { MessageIntake } from './message-intake.js'
import { SETTINGS } from './openpgp-settings.js'
import { splitMessage } from './sealed-message.js'
import { type SessionKey, unwrapSessionKey } from './session-key.js'

/** What `openMessage` and `openBytes` take. */
export interface OpenMessageParams {
  /** Most bytes of plaintext that are taken; the size that was agreed on. */
  maxBytes: number
}

/**
 * Decrypts a message as it streams in. Every chunk that comes out is authentic, but only the normal end of the loop
 * says that the message was whole: on any throw, discard what came before.
 */
export async function* openMessage(
  message: ByteSource,
  decryptionKey: DecryptionKey,
  { maxBytes }: OpenMessageParams,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { keyPackets, data } = await splitMessage(message)
  const { head, source } = await peekSource(data, DATA_PACKET_HEAD_BYTES)
  try {
    const shape = describeDataPacket(head)
    const sessionKey = await unwrapSessionKey(keyPackets, decryptionKey)
    if (sessionKey.sealing !== shape.sealing) throw new MalformedMessageError('its key packets are of another format')
    yield* decryptData(new MessageIntake(source, shape, maxBytes), sessionKey, maxBytes)
  } finally {
    await source.return()
  }
}

async function* decryptData(
  intake: MessageIntake,
  { openpgp }: SessionKey,
  maxBytes: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    const outer = await readMessage({ binaryMessage: toWebStream(intake), config: SETTINGS })
    const inner = await outer.decrypt(undefined, undefined, [openpgp], new Date(), SETTINGS)
    intake.enter('content')
    let sizeBytes = 0
    for await (const chunk of literalOf(inner)) {
      sizeBytes += chunk.length
      if (sizeBytes > maxBytes) throw new MessageTooLargeError(maxBytes)
      yield chunk
    }
    intake.enter('after content')
    // What follows the content must be nothing, and must be authentic: errors of the outer layers surface here.
    await drain(inner)
    await drain(outer)
  } catch (error) {
    throw intake.error ?? asMessageError(error)
  }
}

/** The bytes of the one packet that content may be: literal data, neither compressed nor signed inline. */
async function* literalOf(inner: Message<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  const [packet] = inner.packets
  if (packet instanceof CompressedDataPacket) throw new UnsupportedMessageError('compression')
  if (!(packet instanceof LiteralDataPacket)) throw new UnsupportedMessageError('inline signatures')
  const bytes = (packet as unknown as { data: Uint8Array | ReadableStream<Uint8Array> }).data
  if (bytes instanceof Uint8Array) {
    if (bytes.length > 0) yield bytes
  } else {
    yield* fromWebStream(bytes)
  }
}

/** Reads the packets after the one that streams; the library puts them, and what failed, in `packets.stream`. */
async function drain(message: Message<Uint8Array>): Promise<void> {
  const { stream } = message.packets as unknown as { stream: ReadableStream | null }
  const reader = stream?.getReader()
  while (reader !== undefined) {
    const { done } = await reader.read()
    if (done) return
    throw new MalformedMessageError('packets follow its content')
  }
}

function asMessageError(error: unknown): MessageError {
  if (error instanceof MessageError) return error
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause.message.includes('Maximum decompressed message size')) return new UnsupportedMessageError('compression')
  }
  return new TamperedMessageError()
}
