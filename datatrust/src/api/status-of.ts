/** Codes that a caller may meet, by HTTP status: ours, and those of packages that judge what a caller sent. */
const CODES_BY_STATUS: Readonly<Record<number, readonly string[]>> = {
  400: ['REQUEST_INVALID', 'UPLOAD_TRUNCATED', 'LENGTH_MISMATCH', 'NOT_CANONICAL'],
  401: ['AUTHORIZATION_MISSING', 'AUTHORIZATION_INVALID', 'AUTHORIZATION_EXPIRED', 'REQUEST_REPLAYED'],
  402: ['ORDER_NOT_PAID'],
  403: ['NOT_ORDER_PARTY', 'FETCH_NOT_ALLOWED', 'OWN_ORDER_APPROVAL', 'TOO_FEW_REVIEWERS'],
  404: [
    'ROUTE_NOT_FOUND',
    'UPLOAD_NOT_FOUND',
    'LISTING_NOT_FOUND',
    'LISTINGS_UNKNOWN',
    'ORDER_NOT_FOUND',
    'ALGORITHM_NOT_FOUND',
    'APPROVAL_NOT_FOUND',
    'NO_OPENING',
    'NOT_DIRECT',
    'NOT_FAIR',
  ],
  409: [
    'UPLOAD_CONFLICT',
    'UPLOAD_IN_PROGRESS',
    'UPLOAD_INCOMPLETE',
    'ORDER_NOT_READY',
    'ORDER_EXISTS',
    'QUOTE_CONFLICT',
    'APPROVAL_CONFLICT',
    'APPROVAL_MISMATCH',
    'PRIVACY_CONFLICT',
  ],
  410: ['ORDER_CLOSED', 'ASSET_SHREDDED'],
  413: ['BODY_TOO_LARGE', 'UPLOAD_OVERSIZED', 'ASSET_TOO_LARGE', 'ALGORITHM_TOO_LARGE'],
  415: ['UNSUPPORTED_MEDIA_TYPE'],
  416: ['RANGE_NOT_SATISFIABLE'],
  422: [
    'FETCH_URL',
    'FETCH_UNREACHABLE',
    'ALGORITHM_MISMATCH',
    'ALGORITHM_NOT_ALLOWED',
    'ALGORITHM_REFUSED',
    'ALGORITHM_ALONE',
    'JOINT_LISTINGS',
    'JOINT_POLICIES',
    'RUNTIME_UNAVAILABLE',
    'BAD_PARAMETER',
    'BUDGET_EXCEEDED',
    'ATTESTATION_TERMS',
    'APPROVAL_SIGNATURE',
    'ACK_MISMATCH',
    'ACK_SIGNATURE',
    'ACK_KEY_CONTRACT',
    'NOT_OFFERED',
    'LISTING_CLOSED',
    'BOND_TOO_LOW',
    'NOT_ADMITTED',
    'TABLE_SYNTAX',
    'TABLE_EMPTY',
    'TABLE_HEADER',
    'TABLE_RAGGED',
    'TABLE_TOO_LARGE',
    'TABLE_MISMATCH',
    'BAD_LABEL',
    'COLUMN_UNUSABLE',
    'TOO_FEW_ROWS',
    'HOLDOUT_TOO_SMALL',
    'AIRLOCK_REQUIRED',
    'MALFORMED_KEY',
    'KEY_TOO_LARGE',
    'SEVERAL_KEYS',
    'PRIVATE_KEY_GIVEN',
    'KEY_EXPIRED',
    'KEY_REVOKED',
    'NO_ENCRYPTION_KEY',
  ],
  429: ['TOO_MANY_REQUESTS', 'TOO_MANY_QUOTES', 'TOO_MANY_UPLOADS', 'TOO_MANY_ATTESTATIONS'],
  503: [
    'NOT_READY',
    'RUNTIME_NOT_READY',
    'BUCKET_UNAVAILABLE',
    'DATABASE_STOPPED',
    'DATABASE_UNAVAILABLE',
    'CHAIN_UNREACHABLE',
    'CHAIN_TIMEOUT',
    'CHAIN_DISAGREEMENT',
    'SIGNER_REPLACED',
    'BLOCK_GONE',
    'TRANSACTION_TIMEOUT',
    'TRANSACTION_REPLACED',
  ],
  507: ['DISK_FULL', 'UNLISTED_ROOM'],
}

const STATUS_BY_CODE = new Map(
  Object.entries(CODES_BY_STATUS).flatMap(([status, codes]) => codes.map((code) => [code, Number(status)] as const)),
)

/** HTTP status of an error by its code; undefined for what is our fault: 500, without a word. */
export function statusOf(code: string): number | undefined {
  return STATUS_BY_CODE.get(code)
}

/** Every code that has a status. */
export function problemCodes(): string[] {
  return [...STATUS_BY_CODE.keys()]
}
