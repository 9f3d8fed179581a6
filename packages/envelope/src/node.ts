import { createCipheriv } from 'node:crypto'
import { Readable } from 'node:stream'
import type { ChaCha20 } from './chacha20.js'

export { AssetSealer, type SealAssetParams, type SealedAsset } from './node/asset-sealer.js'
export { AssetThreads } from './node/asset-threads.js'
export { CellEncryptor, type EncryptCellsParams, type EncryptedCells } from './node/cell-encryptor.js'
export { nodeSha256 } from './node/node-sha256.js'
export { type OpenedAsset, openAsset } from './node/open-asset.js'
export type { OpenAssetParams } from './node/stored-asset.js'

/** ChaCha20 by node:crypto, whose 16-byte IV is the counter, little-endian, and the nonce. */
export const nodeChaCha20: ChaCha20 = ({ key, nonce, counter, data }) => {
  const iv = Buffer.alloc(16)
  iv.writeUInt32LE(counter)
  iv.set(nonce, 4)
  return createCipheriv('chacha20', key, iv).update(data)
}

/** A Node stream over `source`, to pipe into a response or a file; a Node `Readable` is already a valid source. */
export function toReadable(source: AsyncIterable<Uint8Array>): Readable {
  return Readable.from(source, { objectMode: false })
}
