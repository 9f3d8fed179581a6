import { isIP } from 'node:net'
import type { Config } from '../config/config.js'
import { FetchNotAllowedError, FetchUnreachableError, FetchUrlError } from './fetch-errors.js'
import { isPublicAddress } from './public-address.js'

const URL_CHARACTERS_MAX = 4_096

/** Where content may be fetched from. */
export type FetchPolicy = Pick<Config['fetch'], 'isPublic' | 'origins'>

/**
 * A URL that may be fetched from, as far as it tells itself. Throws FetchUrlError, FetchNotAllowedError, and
 * FetchUnreachableError for an address that is not public; what a name leads to is known at connect time only.
 */
export function parseFetchUrl(text: string, policy: FetchPolicy): URL {
  if (text.length > URL_CHARACTERS_MAX) throw new FetchUrlError(`has more than ${URL_CHARACTERS_MAX} characters`)
  const url = URL.parse(text)
  if (url === null) throw new FetchUrlError('cannot be read')
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new FetchUrlError('is not https')
  if (url.username !== '' || url.password !== '') throw new FetchUrlError('has a name or a password in it')
  url.hash = ''
  if (isTrusted(url, policy)) return url
  if (!policy.isPublic) throw new FetchNotAllowedError(url.origin)
  if (url.protocol !== 'https:') throw new FetchUrlError('is not https')
  if (url.port !== '') throw new FetchUrlError('names a port')
  const host = hostOf(url)
  if (isIP(host) !== 0 && !isPublicAddress(host)) throw new FetchUnreachableError(url.host)
  return url
}

/** True for what the operator named: its addresses may be of an inner network. */
export function isTrusted(url: URL, { origins }: FetchPolicy): boolean {
  return origins.includes(url.origin)
}

/** The name or address of a URL, an IPv6 address without its brackets. */
export function hostOf({ hostname }: URL): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname
}
