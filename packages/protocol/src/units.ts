/** Basis points in a whole: 1 bps = 0.01 %. */
export const BPS = 10_000

/** Seconds. */
export const MINUTE = 60
/** Seconds. */
export const HOUR = 3_600
/** Seconds. */
export const DAY = 86_400

/** One whole share, in units of its 18 decimals. */
export const SHARE_UNIT = 10n ** 18n
