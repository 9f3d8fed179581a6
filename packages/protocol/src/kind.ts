/** What is sold: the data itself, or a run on it. Position = number on chain. */
export const KINDS = ['access', 'compute'] as const
/** One of `KINDS`. */
export type Kind = (typeof KINDS)[number]

/**
 * State of an order on chain. Position = number on chain. `revealed`: the whole price is due; `fulfilled`: `failureBps` of
 * it, or all of it with an Acceptance; a disputed order keeps what is due until its arbiter has ruled.
 */
export const STATUSES = [
  'none',
  'placed',
  'revealed',
  'fulfilled',
  'revealed-disputed',
  'fulfilled-disputed',
  'settled',
  'refunded',
] as const
/** One of `STATUSES`. */
export type Status = (typeof STATUSES)[number]

/** How a run ended. Position = number on chain. A model is released with OK only. */
export const VERDICTS = ['OK', 'ALGO_ERROR', 'OOM', 'TIMEOUT', 'FUEL', 'CONTRACT', 'CHECK', 'REVIEW'] as const
/** One of `VERDICTS`. */
export type Verdict = (typeof VERDICTS)[number]

/** Bit mask of services in an attestation: bit 0 access, bit 1 compute. */
export function servicesMask(services: readonly Kind[]): number {
  return services.reduce((mask, kind) => mask | (1 << KINDS.indexOf(kind)), 0)
}
