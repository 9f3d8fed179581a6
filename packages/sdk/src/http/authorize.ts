import {
  AUTHORIZATION_SCHEME,
  type Authorization,
  type DatatrustId,
  type Hex,
  requestTypedData,
  type SignedRequest,
} from '@gristmill/protocol'
import { hexlify, randomBytes } from 'ethers'
import { signTypedData } from '../chain/signing.js'
import { type Connection, requireSigner } from '../connection.js'
import { type SessionKey, signBySession } from '../orders/session-key.js'
import { REQUEST_EXPIRY_SECONDS } from './limits.js'

export interface AuthorizeParams {
  /** Signs in place of the client's account; no person is asked. */
  session?: SessionKey | undefined
  datatrust: DatatrustId
  method: SignedRequest['method']
  /** Path and query, as sent. */
  resource: string
  /** sha256 of a JSON body; zero where there is none or where it is streamed. */
  bodyHash: Hex
}

/** Value of the header `Authorization` for one request, signed by the client's account or by a session key. */
export async function authorize(connection: Connection, { session, ...params }: AuthorizeParams): Promise<string> {
  const account = session?.address ?? requireSigner(connection).account
  const nonce = hexlify(randomBytes(32)) as Hex
  const expiry = Math.floor(Date.now() / 1000) + REQUEST_EXPIRY_SECONDS
  const message = requestTypedData(
    { chainId: connection.chainId, verifyingContract: connection.contracts.orders.target as Hex },
    { account, nonce, expiry, ...params },
  )
  const signature = await (session === undefined ? signTypedData(connection, message) : signBySession(session, message))
  const authorization: Authorization = { account, nonce, expiry, signature }
  return `${AUTHORIZATION_SCHEME} ${toBase64Url(JSON.stringify(authorization))}`
}

/** ASCII only: an Authorization holds nothing else. */
function toBase64Url(text: string): string {
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}
