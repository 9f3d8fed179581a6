/** Port to SHA-256: `nobleSha256` runs everywhere, `nodeSha256` of `@gristmill/envelope/node` is native. */
export interface Sha256 {
  /** SHA-256 of `bytes`: 32 fresh bytes. */
  hash(bytes: Uint8Array): Uint8Array
  /** Starts a hash over bytes that arrive in pieces. */
  create(): Sha256Stream
}

/** A hash that is being computed. */
export interface Sha256Stream {
  /** Takes the next bytes. */
  update(bytes: Uint8Array): void
  /** Ends the hash: 32 bytes. */
  digest(): Uint8Array
}
