/** What `ChaCha20` takes. */
export interface ChaCha20Params {
  /** 32 bytes. */
  key: Uint8Array
  /** 12 bytes. */
  nonce: Uint8Array
  /** Number of the first block of 64 bytes, below 2^32. The data must end before block 2^32. */
  counter: number
  data: Uint8Array
}

/**
 * Port to ChaCha20 (RFC 8439, section 2.4), which encrypts and decrypts alike: `nobleChaCha20` runs everywhere,
 * `nodeChaCha20` of `@gristmill/envelope/node` is native. Browsers have none of their own. An adapter has to reach block
 * 2^32 - 1, which some libraries refuse, for an asset of 256 GiB or more.
 */
export type ChaCha20 = (params: ChaCha20Params) => Uint8Array
