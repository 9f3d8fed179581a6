import { ProtocolError, REQUEST_EXPIRY_SECONDS_MAX } from '@gristmill/protocol'

/** Thrown when a request that only an account may make carries no authorization. */
export class AuthorizationMissingError extends ProtocolError {
  readonly code = 'AUTHORIZATION_MISSING' as const

  constructor() {
    super('This request must be signed. Send `Authorization: Gristmill <base64url of the signed authorization>`.')
  }
}

/** Thrown when an authorization is malformed, or not signed by its account for exactly this request. */
export class AuthorizationInvalidError extends ProtocolError {
  readonly code = 'AUTHORIZATION_INVALID' as const

  constructor(reason: string) {
    super(
      `The authorization does not hold: ${reason}. ` +
        'Sign chain, datatrust, method, path with query, body hash, nonce and expiry of this very request.',
      { details: { reason } },
    )
  }
}

/** Thrown when an authorization is past its expiry, or claims more time than allowed. */
export class AuthorizationExpiredError extends ProtocolError {
  readonly code = 'AUTHORIZATION_EXPIRED' as const

  constructor(expiry: number, now: number) {
    super(
      `The authorization ends at ${expiry}, now is ${now} (Unix seconds). ` +
        `Sign again with an expiry at most ${REQUEST_EXPIRY_SECONDS_MAX} seconds ahead.`,
      { details: { expiry, now, maxSeconds: REQUEST_EXPIRY_SECONDS_MAX } },
    )
  }
}

/** Thrown when a nonce comes a second time. */
export class RequestReplayedError extends ProtocolError {
  readonly code = 'REQUEST_REPLAYED' as const

  constructor(nonce: string) {
    super('This signed request was used before. Sign it again with a fresh nonce.', { details: { nonce } })
  }
}
