import { type Config, config, enums } from 'openpgp'

/**
 * The one configuration of OpenPGP here. Plaintext is never released before it is authenticated, and what is written
 * is AES-256 with GCM in chunks of 256 KiB, uncompressed.
 */
export const SETTINGS: Config = {
  ...config,
  v6Keys: true,
  aeadProtect: true,
  preferredSymmetricAlgorithm: enums.symmetric.aes256,
  preferredAEADAlgorithm: enums.aead.gcm,
  preferredCompressionAlgorithm: enums.compression.uncompressed,
  aeadChunkSizeByte: 12,
  allowUnauthenticatedMessages: false,
  allowUnauthenticatedStream: false,
  enforceGrammar: true,
  // Compressed content is refused; this bounds what is unpacked until that is known.
  maxDecompressedMessageSize: 64 * 1024,
}
