import { constants } from 'node:fs'
import { type FileHandle, open, rm } from 'node:fs/promises'
import { bytes32Schema } from '@gristmill/protocol'
import { z } from 'zod'
import type { KeptEvidence, PartialDownload } from '../orders/partial-download.js'
import type { KeptMessage, MessageIdentity, PartialMessage } from '../orders/partial-message.js'
import { writeEvidence } from './evidence-file.js'
import { PartialFileError } from './partial-file-error.js'

/** First line of the file, JSON; the bytes of the message follow. */
const headSchema = z.strictObject({
  orderId: bytes32Schema,
  etag: z.string().max(200),
  sizeBytes: z.int().min(0),
})

const HEAD_BYTES_MAX = 1_024
const READ_CHUNK_BYTES = 262_144
/** So much may be lost when the power fails. */
const SYNC_EVERY_BYTES = 64 * 1_048_576

/**
 * Keeps a download in files of mode 0600: one line that names it, then ciphertext, never plaintext; the leaf list of a fair
 * exchange in `path`.leaves, evidence of a wrong cell in `path`.evidence.json. A tail that a crash has torn is harmless:
 * it is checked like what comes from the network, and the next download begins anew.
 *
 * @example
 * const partial = partialFile('table.csv.partial')
 * const { content } = await client.orders.download({ orderId, session, partial })
 * await pipeline(content, createWriteStream('table.csv.unverified'))
 * await rename('table.csv.unverified', 'table.csv')
 * await partial.discard()
 */
export function partialFile(path: string): PartialDownload {
  return new DownloadFiles(path)
}

class PartialFile implements PartialMessage {
  readonly #path: string
  #handle: FileHandle | undefined
  #headBytes = 0
  /** Of the message, in the file. */
  #keptBytes = 0
  #unsyncedBytes = 0

  constructor(path: string) {
    this.#path = path
  }

  load(): Promise<KeptMessage | undefined> {
    return this.#onFile(async () => {
      await this.close()
      const handle = await openExisting(this.#path)
      if (handle === undefined) return undefined
      this.#handle = handle
      const head = Buffer.alloc(HEAD_BYTES_MAX)
      const { bytesRead } = await handle.read(head, 0, head.length, 0)
      const end = head.subarray(0, bytesRead).indexOf('\n')
      const identity = headSchema.safeParse(parse(head.toString('utf8', 0, Math.max(0, end))))
      if (!identity.success) return undefined
      this.#headBytes = end + 1
      this.#keptBytes = Math.min((await handle.stat()).size - this.#headBytes, identity.data.sizeBytes)
      return { ...identity.data, keptBytes: this.#keptBytes }
    })
  }

  async *read(): AsyncGenerator<Uint8Array> {
    const end = this.#keptBytes
    for (let offset = 0; offset < end; ) {
      const chunk = new Uint8Array(Math.min(READ_CHUNK_BYTES, end - offset))
      const position = this.#headBytes + offset
      const { bytesRead } = await this.#onFile(async () => this.#opened().read(chunk, 0, chunk.length, position))
      if (bytesRead === 0) throw new PartialFileError(this.#path, new Error('it became shorter'))
      offset += bytesRead
      yield chunk.subarray(0, bytesRead)
    }
  }

  begin(identity: MessageIdentity): Promise<void> {
    return this.#onFile(async () => {
      await this.#forget()
      const { orderId, etag, sizeBytes } = identity
      const head = Buffer.from(`${JSON.stringify({ orderId, etag, sizeBytes })}\n`)
      this.#handle = await open(this.#path, 'wx+', 0o600)
      await this.#handle.writeFile(head)
      this.#headBytes = head.length
      this.#keptBytes = 0
    })
  }

  append(bytes: Uint8Array): Promise<void> {
    return this.#onFile(async () => {
      for (let offset = 0; offset < bytes.length; ) {
        const position = this.#headBytes + this.#keptBytes
        const { bytesWritten } = await this.#opened().write(bytes, offset, bytes.length - offset, position)
        offset += bytesWritten
        this.#keptBytes += bytesWritten
      }
      this.#unsyncedBytes += bytes.length
      if (this.#unsyncedBytes < SYNC_EVERY_BYTES) return
      await this.#opened().datasync()
      this.#unsyncedBytes = 0
    })
  }

  close(): Promise<void> {
    return this.#onFile(async () => {
      const handle = this.#handle
      this.#handle = undefined
      try {
        if (this.#unsyncedBytes > 0) await handle?.datasync()
      } finally {
        this.#unsyncedBytes = 0
        await handle?.close()
      }
    })
  }

  discard(): Promise<void> {
    return this.#onFile(() => this.#forget())
  }

  async #forget(): Promise<void> {
    this.#unsyncedBytes = 0
    await this.close()
    await rm(this.#path, { force: true })
  }

  #opened(): FileHandle {
    if (this.#handle === undefined) throw new Error('it is not open')
    return this.#handle
  }

  async #onFile<T>(operation: () => Promise<T>): Promise<T> {
    try {
      return await operation()
    } catch (error) {
      throw error instanceof PartialFileError ? error : new PartialFileError(this.#path, error)
    }
  }
}

/** The ciphertext in a file, and beside it what else a fair exchange brings. */
class DownloadFiles extends PartialFile implements PartialDownload {
  readonly leaves: PartialMessage
  readonly #evidencePath: string

  constructor(path: string) {
    super(path)
    this.leaves = new PartialFile(`${path}.leaves`)
    this.#evidencePath = `${path}.evidence.json`
  }

  override async discard(): Promise<void> {
    await super.discard()
    await this.leaves.discard()
  }

  async keepEvidence(evidence: KeptEvidence): Promise<string> {
    await writeEvidence(this.#evidencePath, evidence)
    return this.#evidencePath
  }
}

/** Undefined if there is none. A symbolic link is not followed: the file holds what others may not read. */
async function openExisting(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, constants.O_RDWR | (constants.O_NOFOLLOW ?? 0))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
