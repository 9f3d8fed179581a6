import { InvalidParameterError } from '../errors/connection-errors.js'
import type { PartialDownload } from './partial-download.js'
import type { KeptMessage, MessageIdentity, PartialMessage } from './partial-message.js'

/** Most that is held in memory, bytes. */
const MEMORY_BYTES_MAX = 256 * 1_048_576

/** Keeps a download in memory: gone with it, and for small assets only. */
export function memoryPartial(): PartialDownload {
  const [message, leaves] = [new MemoryPartial(), new MemoryPartial()]
  return Object.assign(message, { leaves, keepEvidence: async () => undefined })
}

class MemoryPartial implements PartialMessage {
  #identity: MessageIdentity | undefined
  #chunks: Uint8Array[] = []
  #keptBytes = 0

  async load(): Promise<KeptMessage | undefined> {
    return this.#identity && { ...this.#identity, keptBytes: this.#keptBytes }
  }

  async *read(): AsyncGenerator<Uint8Array> {
    yield* this.#chunks
  }

  async begin(identity: MessageIdentity): Promise<void> {
    if (identity.sizeBytes > MEMORY_BYTES_MAX) {
      const problem = `is missing: ${identity.sizeBytes} bytes are too many for memory. Keep them with partialFile of @gristmill/sdk/node.`
      throw new InvalidParameterError('partial', problem)
    }
    await this.discard()
    this.#identity = identity
  }

  async append(bytes: Uint8Array): Promise<void> {
    this.#chunks.push(bytes)
    this.#keptBytes += bytes.length
  }

  async close(): Promise<void> {}

  async discard(): Promise<void> {
    this.#identity = undefined
    this.#chunks = []
    this.#keptBytes = 0
  }
}
