import { createCipheriv } from 'node:crypto'

/** Numbers that nobody can guess without the key, and that are the same whenever the key is. */
export interface Keystream {
  /** A whole number from 0 to `limit` - 1, all equally likely. */
  below(limit: bigint): bigint
}

const BUFFER_BYTES = 1024
const ZEROS = new Uint8Array(BUFFER_BYTES)

/**
 * Random numbers from the keystream of AES-256 in counter mode (NIST SP 800-38A) under a key of 32 bytes that serves nothing
 * else. A run that is repeated after a crash has to draw the same noise: the mean of two draws over one answer would be
 * nearer to it than was paid for.
 */
export function createKeystream(key: Uint8Array): Keystream {
  const cipher = createCipheriv('aes-256-ctr', key, new Uint8Array(16))
  let buffer = new Uint8Array(0)
  let offset = 0
  const nextByte = () => {
    if (offset === buffer.length) {
      buffer = cipher.update(ZEROS)
      offset = 0
    }
    return buffer[offset++]!
  }
  /** A number of so many bits. */
  const nextBits = (bits: number): bigint => {
    let value = 0n
    let left = bits
    // Six bytes are a safe integer.
    for (; left > 48; left -= 48) {
      let part = 0
      for (let byte = 0; byte < 6; byte++) part = part * 256 + nextByte()
      value = (value << 48n) | BigInt(part)
    }
    let part = 0
    const bytes = Math.ceil(left / 8)
    for (let byte = 0; byte < bytes; byte++) part = part * 256 + nextByte()
    return (value << BigInt(left)) | BigInt(part % 2 ** left)
  }
  return {
    below(limit) {
      const bits = (limit - 1n).toString(2).length
      // Drawn again rather than reduced: a remainder would favour small numbers.
      for (;;) {
        const value = nextBits(bits)
        if (value < limit) return value
      }
    },
  }
}
