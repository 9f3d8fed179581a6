import type { ByteSource } from './byte-stream.js'
import { type DataPacketShape, PacketTracker } from './data-packet.js'
import { MessageTooLargeError, UnsupportedMessageError, UseGpgError } from './message-errors.js'

/** Where the reader stands: only content streams, everything around it is held in memory. */
export type IntakePhase = 'before content' | 'content' | 'after content'

/** Largest SEIPDv1 message opened here: it has to be held in memory whole until its checksum is verified. */
export const MAX_SEIPD_V1_BYTES = 256 * 1024 * 1024

const MAX_AROUND_CONTENT_BYTES = 1024 * 1024
const CORES_ASSUMED = 8

/** Feeds a data packet to the OpenPGP library, and stops it where it would take more than was agreed to. */
export class MessageIntake implements ByteSource {
  /** What stopped the intake; it explains the library's own error, which follows from it. */
  error: unknown
  readonly #source: ByteSource
  readonly #shape: DataPacketShape
  readonly #maxBytes: number
  readonly #tracker = new PacketTracker()
  #phase: IntakePhase = 'before content'
  #phaseBytes = 0
  #totalBytes = 0

  constructor(source: ByteSource, shape: DataPacketShape, maxBytes: number) {
    this.#source = source
    this.#shape = shape
    this.#maxBytes = maxBytes
  }

  enter(phase: IntakePhase): void {
    this.#phase = phase
    this.#phaseBytes = 0
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for await (const chunk of this.#source) {
        this.#check()
        this.#tracker.take(chunk)
        this.#phaseBytes += chunk.length
        this.#totalBytes += chunk.length
        yield chunk
      }
      this.#tracker.end()
    } catch (error) {
      this.error = error
      throw error
    }
  }

  #check(): void {
    const isV1 = this.#shape.sealing === 'seipd-v1'
    if (isV1 && this.#totalBytes > MAX_SEIPD_V1_BYTES) throw new UseGpgError(MAX_SEIPD_V1_BYTES)
    if (this.#totalBytes > 2 * this.#maxBytes + MAX_AROUND_CONTENT_BYTES) throw new MessageTooLargeError(this.#maxBytes)
    if (isV1 || this.#phase === 'content') return
    if (this.#phaseBytes > MAX_AROUND_CONTENT_BYTES + readAheadBytes(this.#shape.chunkBytes)) {
      throw new UnsupportedMessageError('long packets around its content')
    }
  }
}

/** What the library's pipeline may take in before its reader sees any of it: chunks for every core, on both sides. */
function readAheadBytes(chunkBytes: number): number {
  const cores = globalThis.navigator?.hardwareConcurrency ?? CORES_ASSUMED
  return (2 * cores + 8) * chunkBytes
}
