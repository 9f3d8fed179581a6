import { sha256 } from '@noble/hashes/sha2.js'
import type { Sha256 } from './sha256.js'

/** SHA-256 in plain JavaScript, for browsers and as the default. */
export const nobleSha256: Sha256 = {
  hash: (bytes) => sha256(bytes),
  create() {
    const stream = sha256.create()
    return {
      update(bytes) {
        stream.update(bytes)
      },
      digest: () => stream.digest(),
    }
  },
}
