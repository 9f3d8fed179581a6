/** Basis points in the whole: 10,000 = 100 %. */
export const BPS = 10_000n

/** Share units in one share. */
export const SHARE_UNITS = 10n ** 18n

/** Shares of the seed that stay for ever. */
export const DEAD_SHARES = 10n ** 18n

/** Largest amount of one call, asset units. */
export const MAX_AMOUNT = 2n ** 112n - 1n

export const MAX_UINT128 = 2n ** 128n - 1n
export const MAX_UINT256 = 2n ** 256n - 1n
