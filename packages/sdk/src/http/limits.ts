/** Longest silence of a datatrust before a request is given up. */
export const IDLE_TIMEOUT_MS = 30_000

/** Largest JSON answers taken, bytes. */
export const JSON_BYTES_MAX = 1_048_576
export const LISTING_BYTES_MAX = 8 * 1_048_576
export const LISTING_PAGE_BYTES_MAX = 64 * 1_048_576

/** Largest body of an error answer read, bytes. */
export const PROBLEM_BYTES_MAX = 65_536

/** How long a signed request is good, seconds: leaves room for clocks that differ. */
export const REQUEST_EXPIRY_SECONDS = 300

/** Longest silence while an upload is being stored. */
export const UPLOAD_IDLE_TIMEOUT_MS = 120_000

/** Longest silence while stored content is read that is to be attested: it is hashed, and a table is looked at. */
export const ATTESTATION_IDLE_TIMEOUT_MS = 600_000

/** Longest silence while a delivery is being marked on chain. */
export const DELIVERY_IDLE_TIMEOUT_MS = 180_000
