import { fromWebStream } from '@gristmill/envelope'
import { encodeBase64, type FetchRequest, type GetUrlResponse, toUtf8Bytes } from 'ethers'
import { readBounded } from '../http/read-bounded.js'
import { RPC_BYTES_MAX } from './post-rpc.js'

/** By `fetch`, which browsers and Node have. */
export async function fetchPost(
  { url, method, headers, body }: FetchRequest,
  signal: AbortSignal,
): Promise<GetUrlResponse> {
  const { href, authorization } = withoutCredentials(url)
  const response = await fetch(href, {
    method,
    headers: { ...authorization, ...headers },
    body: body as Uint8Array<ArrayBuffer> | null,
    signal,
  })
  const { status: statusCode, statusText: statusMessage } = response
  const bytes =
    response.body === null
      ? null
      : await readBounded(fromWebStream(response.body), RPC_BYTES_MAX, 'the node of the chain')
  return { statusCode, statusMessage, headers: Object.fromEntries(response.headers), body: bytes }
}

/** `fetch` takes no name and password in a URL. */
function withoutCredentials(url: string): { href: string; authorization?: Record<string, string> } {
  const parsed = new URL(url)
  const { username, password } = parsed
  if (username === '' && password === '') return { href: url }
  parsed.username = ''
  parsed.password = ''
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return { href: parsed.href, authorization: { authorization: `Basic ${encodeBase64(toUtf8Bytes(credentials))}` } }
}
