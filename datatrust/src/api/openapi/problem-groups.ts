/** Codes that several routes share. */

/** Of every route behind the limits. */
export const EVERY = ['TOO_MANY_REQUESTS', 'NOT_READY'] as const

/** Of what reads the database. */
export const DATABASE = ['DATABASE_STOPPED', 'DATABASE_UNAVAILABLE'] as const

/** Of what reads or writes stored content. */
export const CONTENT = ['BUCKET_UNAVAILABLE', 'ASSET_SHREDDED'] as const

/** Of what asks the chain before it answers. */
export const CHAIN = ['CHAIN_UNREACHABLE', 'CHAIN_TIMEOUT', 'CHAIN_DISAGREEMENT', 'BLOCK_GONE'] as const

/** Of what may send a transaction before it answers. */
export const TRANSACTION = ['TRANSACTION_TIMEOUT', 'TRANSACTION_REPLACED'] as const

/** Of what an account signs. The signature of a contract is asked for on the chain, and a nonce needs room. */
export const SIGNED = [
  'AUTHORIZATION_MISSING',
  'AUTHORIZATION_INVALID',
  'AUTHORIZATION_EXPIRED',
  'REQUEST_REPLAYED',
  'DISK_FULL',
  ...DATABASE,
  ...CHAIN,
] as const

/** Of what takes a body. */
export const BODY = ['REQUEST_INVALID', 'UNSUPPORTED_MEDIA_TYPE', 'BODY_TOO_LARGE'] as const
