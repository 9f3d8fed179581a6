import type { ByteSource } from '../table/read-csv.js'

/** A source whose bytes are kept on their way. */
export interface KeptSource {
  source: ByteSource
  /** All of them; call after the source was read to its end. */
  bytes(): Uint8Array
}

/** Keeps what somebody else reads; who reads bounds the size. */
export function keepBytes(source: ByteSource): KeptSource {
  const chunks: Uint8Array[] = []
  async function* tee() {
    for await (const chunk of source) {
      // A copy: senders use their buffers again.
      chunks.push(Uint8Array.from(chunk))
      yield chunk
    }
  }
  return { source: tee(), bytes: () => new Uint8Array(Buffer.concat(chunks)) }
}
