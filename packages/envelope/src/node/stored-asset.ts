import type { ByteSource } from '../byte-stream.js'
import type { DecryptionKey } from '../decryption-key.js'
import { MalformedMessageError, TamperedMessageError, TruncatedMessageError } from '../message-errors.js'
import { unwrapSessionKey } from '../session-key.js'
import { SALT_BYTES, StoredLayout } from '../stored-layout.js'
import { deriveMessageKey, type MessageKey } from './message-key.js'

/** What `openAsset` takes. */
export interface OpenAssetParams {
  /** Key packets, one of them for `decryptionKey`. */
  keyPackets: Uint8Array
  decryptionKey: DecryptionKey
  /** Size of the asset. */
  sizeBytes: number
  /** Size of its stored data packet, as found. */
  storedBytes: number
  /** Reads bytes `start` to before `end` of the data packet. */
  read: (start: number, end: number) => ByteSource | Promise<ByteSource>
}

/** A stored asset whose key is known. */
export interface StoredAsset {
  readonly layout: StoredLayout
  readonly key: MessageKey
  /** What is stored of the chunks from one to before another: chunks and tags, without what frames them. */
  records(firstChunk: number, endChunk: number): AsyncGenerator<Uint8Array, void, undefined>
}

/** Finds the key of an asset, and throws what `openAsset` throws. */
export async function findStoredAsset(params: OpenAssetParams): Promise<StoredAsset> {
  const { keyPackets, decryptionKey, sizeBytes, storedBytes, read } = params
  const layout = new StoredLayout(sizeBytes)
  if (storedBytes < layout.storedBytes) throw new TruncatedMessageError(storedBytes)
  if (storedBytes > layout.storedBytes) throw new MalformedMessageError('bytes follow its data packet')
  const { openpgp, sealing } = await unwrapSessionKey(keyPackets, decryptionKey)
  if (sealing !== 'seipd-v2') throw new MalformedMessageError('its key packets are of another format')
  const key = deriveMessageKey(openpgp.data, await readSalt(layout, read))
  return { layout, key, records: (firstChunk, endChunk) => readRecords(layout, read, firstChunk, endChunk) }
}

async function* readRecords(
  layout: StoredLayout,
  read: OpenAssetParams['read'],
  firstChunk: number,
  endChunk: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  const storedEnd = endChunk === layout.chunks ? layout.storedBytes : layout.packet.offsetOf(layout.chunkAt(endChunk))
  let offset = layout.packet.offsetOf(layout.chunkAt(firstChunk))
  for await (const piece of await read(offset, storedEnd)) {
    if (offset + piece.length > storedEnd) throw new MalformedMessageError('bytes follow its data packet')
    yield* layout.packet.unframe(offset, piece)
    offset += piece.length
  }
  if (offset < storedEnd) throw new TruncatedMessageError(offset)
}

async function readSalt({ packet, prefix }: StoredLayout, read: OpenAssetParams['read']): Promise<Uint8Array> {
  const saltAt = packet.offsetOf(prefix.length)
  const head = await readExactly(await read(0, saltAt + SALT_BYTES), saltAt + SALT_BYTES)
  const expected = Buffer.concat([packet.headerAt(0), prefix])
  if (!expected.equals(head.subarray(0, saltAt))) throw new TamperedMessageError()
  return head.slice(saltAt)
}

async function readExactly(source: ByteSource, sizeBytes: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(sizeBytes)
  let filled = 0
  for await (const piece of source) {
    bytes.set(piece.subarray(0, sizeBytes - filled), filled)
    filled += piece.length
  }
  if (filled < sizeBytes) throw new TruncatedMessageError(filled)
  return bytes
}
