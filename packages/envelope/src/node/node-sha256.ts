import { createHash, hash } from 'node:crypto'
import type { Sha256 } from '../sha256.js'

/** SHA-256 by node:crypto, several times as fast as `nobleSha256`. */
export const nodeSha256: Sha256 = {
  // By way of a string: a buffer of its own for every hash costs more than the hash of a node.
  hash: (bytes) => Buffer.from(hash('sha256', bytes, 'binary'), 'binary'),
  create() {
    const stream = createHash('sha256')
    return {
      update(bytes) {
        stream.update(bytes)
      },
      digest: () => stream.digest(),
    }
  },
}
