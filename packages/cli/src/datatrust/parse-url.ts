import { ArgumentError } from '../argument-errors.js'
import { parseUrl } from '../profile.js'

/** What the contract takes. */
const MAX_BYTES = 256

/** The URL under which a datatrust is registered, without a slash at its end. */
export function parseDatatrustUrl(text: string): string {
  const url = parseUrl('--url', text).replace(/\/+$/, '')
  if (Buffer.byteLength(url) <= MAX_BYTES) return url
  throw new ArgumentError('--url', `is longer than ${MAX_BYTES} bytes: the contract takes no more.`)
}
