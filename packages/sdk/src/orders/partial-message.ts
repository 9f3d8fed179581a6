import type { OrderId } from '@gristmill/protocol'

/** Which message something is a part of. */
export interface MessageIdentity {
  orderId: OrderId
  /** The datatrust's name for exactly these bytes. */
  etag: string
  sizeBytes: number
}

/** What is kept of a message: its first bytes. */
export interface KeptMessage extends MessageIdentity {
  keptBytes: number
}

/**
 * Keeps the encrypted bytes of a message as they come, so that a later download goes on where this one stopped. What is
 * kept need not be trusted: it is decrypted and verified like what comes from the network. `partialFile` of
 * `@gristmill/sdk/node` is one in a file.
 */
export interface PartialMessage {
  /** What is kept; undefined if nothing is, or nothing that can be read. */
  load(): Promise<KeptMessage | undefined>
  /** The kept bytes, from the first to the last that `load` counted. */
  read(): AsyncIterable<Uint8Array>
  /** Forgets what is kept and begins anew. */
  begin(identity: MessageIdentity): Promise<void>
  /** Keeps the next bytes, after `load` or `begin`. */
  append(bytes: Uint8Array): Promise<void>
  /** Makes durable what was appended; the download has ended, well or not. */
  close(): Promise<void>
  /** Forgets what is kept: the content is where it should be, or what is kept has proved worthless. */
  discard(): Promise<void>
}
