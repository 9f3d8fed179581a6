import { BLIND_BYTES } from './cell.js'
import { ContentRangeError } from './content-errors.js'

/** Size of the secret from which all blinds of an asset derive. */
export const BLIND_SECRET_BYTES = 32

const AES_BLOCKS_PER_BLIND = 2n

/** Derives the blinds of one asset's cells from its secret, at any position. */
export interface Blinds {
  /**
   * The blinds of `count` cells from cell `first`, packed (32 bytes each).
   * Blind i = the 32 bytes of AES-256-CTR key stream at counter blocks 2i and 2i + 1, where the key is the secret
   * and a counter block is its number as a 128-bit big-endian integer.
   */
  derive(first: number, count: number): Promise<Uint8Array>
}

/** A fresh random secret for one asset. It stays with whoever holds the plaintext; two assets never share one. */
export function randomBlindSecret(): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(BLIND_SECRET_BYTES))
}

/** Prepares the blinds of the asset whose secret (32 bytes) is given. */
export async function blindsOf(secret: Uint8Array): Promise<Blinds> {
  if (secret.length !== BLIND_SECRET_BYTES) {
    throw new ContentRangeError('blind secret length', secret.length, `${BLIND_SECRET_BYTES} bytes`)
  }
  const key = await crypto.subtle.importKey('raw', new Uint8Array(secret), 'AES-CTR', false, ['encrypt'])
  return {
    async derive(first, count) {
      if (!Number.isSafeInteger(first) || first < 0) throw new ContentRangeError('first cell', first, '0 or more')
      if (!Number.isSafeInteger(count) || count < 1) throw new ContentRangeError('cell count', count, '1 or more')
      const counter = new Uint8Array(16)
      new DataView(counter.buffer).setBigUint64(8, BigInt(first) * AES_BLOCKS_PER_BLIND)
      const keyStream = await crypto.subtle.encrypt(
        { name: 'AES-CTR', counter, length: 128 },
        key,
        new Uint8Array(count * BLIND_BYTES),
      )
      return new Uint8Array(keyStream)
    },
  }
}
