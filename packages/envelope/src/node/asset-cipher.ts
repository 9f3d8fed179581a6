import { type CipherGCM, createCipheriv } from 'node:crypto'
import { ContentRangeError } from '../content-errors.js'
import {
  ASSOCIATED_DATA,
  CHUNK_BYTES,
  chunkNonce,
  finalAssociatedData,
  type StoredLayout,
  TAG_BYTES,
} from '../stored-layout.js'
import { copyBytes } from './copy-bytes.js'
import { deriveMessageKey, type MessageKey } from './message-key.js'

/** What `AssetCipher` takes. */
export interface AssetCipherParams {
  layout: StoredLayout
  /** 32 bytes, as in the key packets. */
  sessionKey: Uint8Array
  /** 32 random bytes. */
  salt: Uint8Array
}

/** What is encrypted at once: results of this size are cheap to get and to give back, those of a whole chunk are not. */
const UPDATE_BYTES = 64 * 1024
/** More than headers of packets and the last tags ever take at once. */
const HEADERS_BYTES = 256

/** Writes the data packet of a stored asset, from its first byte to its last, as the plaintext comes. */
export class AssetCipher {
  readonly #layout: StoredLayout
  readonly #key: MessageKey
  readonly #salt: Uint8Array
  #cipher: CipherGCM | undefined
  #chunk = 0
  #chunkBytes = 0
  #assetBytes = 0
  /** Of the data packet's body that was written. */
  #bodyBytes = 0
  #output: Uint8Array = new Uint8Array()
  #outputBytes = 0

  constructor({ layout, sessionKey, salt }: AssetCipherParams) {
    this.#layout = layout
    this.#salt = salt
    this.#key = deriveMessageKey(sessionKey, salt)
  }

  /** Room that `write` may need for so many bytes. */
  static roomFor(inputBytes: number): number {
    return inputBytes + (Math.ceil(inputBytes / CHUNK_BYTES) + 2) * TAG_BYTES + HEADERS_BYTES
  }

  /**
   * Encrypts the next bytes of the asset into `output`, which has `roomFor` them; with its last ones the packet is ended.
   * Returns how many bytes were written. Throws `ContentRangeError` on more bytes than were announced.
   */
  write(input: Uint8Array, output: Uint8Array): number {
    const { assetBytes, literalHead, literal } = this.#layout
    if (this.#assetBytes + input.length > assetBytes) {
      throw new ContentRangeError('asset', this.#assetBytes + input.length, `${assetBytes} bytes`)
    }
    this.#output = output
    this.#outputBytes = 0
    if (this.#bodyBytes === 0) {
      this.#put(this.#layout.prefix)
      this.#put(this.#salt)
      this.#encrypt(literal.headerAt(0))
      this.#encrypt(literalHead)
    }
    for (let done = 0; done < input.length; ) {
      const position = literalHead.length + this.#assetBytes
      this.#encrypt(literal.headerAt(position))
      const part = input.subarray(done, done + literal.nextHeader(position) - position)
      this.#encrypt(part)
      done += part.length
      this.#assetBytes += part.length
    }
    if (this.#assetBytes === assetBytes) this.#end()
    return this.#outputBytes
  }

  #encrypt(bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length; ) {
      const part = bytes.subarray(done, done + Math.min(UPDATE_BYTES, CHUNK_BYTES - this.#chunkBytes))
      this.#cipher ??= this.#start(ASSOCIATED_DATA)
      this.#put(this.#cipher.update(part))
      this.#chunkBytes += part.length
      done += part.length
      if (this.#chunkBytes === CHUNK_BYTES) this.#closeChunk()
    }
  }

  #end(): void {
    if (this.#chunkBytes > 0) this.#closeChunk()
    this.#cipher = this.#start(finalAssociatedData(this.#layout.literal.framedBytes))
    this.#closeChunk()
  }

  #start(associatedData: Uint8Array): CipherGCM {
    const nonce = chunkNonce(this.#key.iv, this.#chunk)
    return createCipheriv('aes-256-gcm', this.#key.key, nonce).setAAD(associatedData)
  }

  #closeChunk(): void {
    this.#cipher!.final()
    this.#put(this.#cipher!.getAuthTag())
    this.#cipher = undefined
    this.#chunkBytes = 0
    this.#chunk += 1
  }

  /** Writes bytes of the body, and what the framing has between them. */
  #put(bytes: Uint8Array): void {
    const { packet } = this.#layout
    for (let done = 0; done < bytes.length; ) {
      const header = packet.headerAt(this.#bodyBytes)
      copyBytes(header, this.#output, this.#outputBytes)
      this.#outputBytes += header.length
      const part = bytes.subarray(done, done + packet.nextHeader(this.#bodyBytes) - this.#bodyBytes)
      copyBytes(part, this.#output, this.#outputBytes)
      this.#outputBytes += part.length
      this.#bodyBytes += part.length
      done += part.length
    }
  }
}
