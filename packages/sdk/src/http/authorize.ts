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
import { REQUEST_EXPIRY_SECONDS } from './limits.js'

export interface AuthorizeParams {
  datatrust: DatatrustId
  method: SignedRequest['method']
  /** Path and query, as sent. */
  resource: string
  /** sha256 of a JSON body; zero where there is none or where it is streamed. */
  bodyHash: Hex
}

/** Value of the header `Authorization` for one request, signed by the client's account. */
export async function authorize(connection: Connection, params: AuthorizeParams): Promise<string> {
  const { account } = requireSigner(connection)
  const nonce = hexlify(randomBytes(32)) as Hex
  const expiry = Math.floor(Date.now() / 1000) + REQUEST_EXPIRY_SECONDS
  const message = requestTypedData(
    { chainId: connection.chainId, verifyingContract: connection.contracts.orders.target as Hex },
    { account, nonce, expiry, ...params },
  )
  const signature = await signTypedData(connection, message)
  const authorization: Authorization = { account, nonce, expiry, signature }
  return `${AUTHORIZATION_SCHEME} ${toBase64Url(JSON.stringify(authorization))}`
}

/** ASCII only: an Authorization holds nothing else. */
function toBase64Url(text: string): string {
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}
