import { chacha20 } from '@noble/ciphers/chacha.js'
import type { ChaCha20 } from './chacha20.js'

/** ChaCha20 in plain JavaScript, for browsers and as the default. It does not reach the last block of 256 GiB, and says so. */
export const nobleChaCha20: ChaCha20 = ({ key, nonce, counter, data }) => chacha20(key, nonce, data, undefined, counter)
