import type { Problem, ProtocolError } from '@gristmill/protocol'

/** HTTP status of every error that a request can meet, by code. What is not here is our fault: 500, without a word. */
const STATUS_BY_CODE: Readonly<Record<string, number>> = {
  REQUEST_INVALID: 400,
  UPLOAD_TRUNCATED: 400,
  EMPTY_ASSET: 400,
  AUTHORIZATION_MISSING: 401,
  AUTHORIZATION_INVALID: 401,
  AUTHORIZATION_EXPIRED: 401,
  REQUEST_REPLAYED: 401,
  ORDER_NOT_PAID: 402,
  NOT_ORDER_PARTY: 403,
  ROUTE_NOT_FOUND: 404,
  UPLOAD_NOT_FOUND: 404,
  LISTING_NOT_FOUND: 404,
  ORDER_NOT_FOUND: 404,
  ALGORITHM_NOT_FOUND: 404,
  APPROVAL_NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  UPLOAD_CONFLICT: 409,
  UPLOAD_IN_PROGRESS: 409,
  UPLOAD_INCOMPLETE: 409,
  ORDER_NOT_READY: 409,
  ORDER_EXISTS: 409,
  APPROVAL_CONFLICT: 409,
  ORDER_CLOSED: 410,
  LENGTH_MISMATCH: 400,
  UPLOAD_OVERSIZED: 413,
  BODY_TOO_LARGE: 413,
  ALGORITHM_TOO_LARGE: 413,
  ASSET_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  ALGORITHM_MISMATCH: 422,
  ATTESTATION_MISMATCH: 422,
  NOT_OFFERED: 422,
  LISTING_CLOSED: 422,
  BOND_TOO_LOW: 422,
  RECIPIENT_KEY_INVALID: 422,
  ALGORITHM_NOT_ALLOWED: 422,
  PARAMETERS_NOT_ALLOWED: 422,
  BUDGET_EXHAUSTED: 422,
  APPROVAL_SIGNATURE: 422,
  TOO_MANY_REQUESTS: 429,
  STORAGE_FULL: 507,
  CHAIN_UNAVAILABLE: 503,
  NOT_READY: 503,
}

/** Statuses of errors that other packages throw about what a caller sent, by the name of the package's error. */
export function statusOf(code: string): number | undefined {
  return STATUS_BY_CODE[code]
}

/** The answer to an error whose status is known (RFC 9457). */
export function problemOf(error: ProtocolError, status: number): Problem {
  return {
    type: 'about:blank',
    title: error.name.replace(/Error$/, '').replace(/(?<=[a-z])(?=[A-Z])/g, ' '),
    status,
    detail: error.message,
    code: error.code,
    details: { ...error.details },
    retryable: error.retryable,
  }
}
