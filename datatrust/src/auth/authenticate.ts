import {
  type Address,
  AUTHORIZATION_SCHEME,
  type Authorization,
  authorizationSchema,
  type Hex,
  REQUEST_EXPIRY_SECONDS_MAX,
  requestTypedData,
  type SignedRequest,
  ZERO_BYTES32,
} from '@gristmill/protocol'
import type { Request } from 'express'
import type { Context } from '../context.js'
import {
  AuthorizationExpiredError,
  AuthorizationInvalidError,
  AuthorizationMissingError,
} from './authorization-errors.js'
import { consumeNonce } from './consume-nonce.js'

const MAX_HEADER_CHARACTERS = 12_000

export interface AuthenticateParams {
  /** sha256 of a JSON body; leave it out where there is none or where it is streamed. */
  bodyHash?: Hex
  /** True for what goes on while the disk is full, since it writes no more than a row or two. Default: true for reading. */
  isSmall?: boolean
}

/** The account that signed exactly this request. Its nonce is consumed: a second request with it is refused. */
export async function authenticate(
  ctx: Context,
  request: Request,
  { bodyHash = ZERO_BYTES32, isSmall = isReading(request) }: AuthenticateParams = {},
): Promise<Address> {
  if (isSmall) ctx.disk.requireReserve()
  else ctx.disk.requireRoom()
  const { account, nonce, expiry, signature } = readAuthorization(request)
  // HEAD is GET without the body: one signature covers what it says.
  const method = (request.method === 'HEAD' ? 'GET' : request.method) as SignedRequest['method']
  const typedData = requestTypedData(ctx.chain.ordersDomain, {
    account,
    datatrust: ctx.config.datatrust,
    method,
    resource: request.originalUrl,
    bodyHash,
    nonce,
    expiry,
  })
  if (!(await ctx.chain.isSignedBy(account, typedData, signature))) {
    throw new AuthorizationInvalidError('the signature is not of this account over this request')
  }
  // Only what the account signed counts against it, and what is refused leaves no row.
  ctx.accountLimit.take(account)
  await consumeNonce(ctx, { account, nonce, expiry })
  return account
}

function isReading({ method }: Request): boolean {
  return method === 'GET' || method === 'HEAD'
}

/** Reads and times the header without the body: refuses early what cannot pass. */
export function readAuthorization(request: Request): Authorization {
  const header = request.headers.authorization
  if (header === undefined) throw new AuthorizationMissingError()
  const [scheme, token, ...rest] = header.split(' ')
  if (scheme !== AUTHORIZATION_SCHEME || token === undefined || rest.length > 0) throw new AuthorizationMissingError()
  if (token.length > MAX_HEADER_CHARACTERS) throw new AuthorizationInvalidError('the header is too long')
  const authorization = authorizationSchema.safeParse(decode(token))
  if (!authorization.success) throw new AuthorizationInvalidError('the header is malformed')
  const now = Math.floor(Date.now() / 1000)
  const { expiry } = authorization.data
  if (expiry < now || expiry > now + REQUEST_EXPIRY_SECONDS_MAX) throw new AuthorizationExpiredError(expiry, now)
  return authorization.data
}

function decode(token: string): unknown {
  try {
    return JSON.parse(Buffer.from(token, 'base64url').toString('utf8'))
  } catch {
    return undefined
  }
}
