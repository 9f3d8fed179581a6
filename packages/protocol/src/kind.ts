/** What is sold: the data itself, or a run on it. Position = number on chain. */
export const KINDS = ['access', 'compute'] as const
/** One of `KINDS`. */
export type Kind = (typeof KINDS)[number]

/** State of an order on chain. Position = number on chain. */
export const STATUSES = ['none', 'placed', 'fulfilled', 'failed', 'settled', 'refunded'] as const
/** One of `STATUSES`. */
export type Status = (typeof STATUSES)[number]

/** How a run ended. Position = number on chain. Anything but OK costs `failureBps` of the price. */
export const VERDICTS = ['OK', 'ALGO_ERROR', 'OOM', 'TIMEOUT', 'FUEL', 'CONTRACT', 'CHECK', 'REVIEW'] as const
/** One of `VERDICTS`. */
export type Verdict = (typeof VERDICTS)[number]

/** Bit mask of services in an attestation: bit 0 access, bit 1 compute. */
export function servicesMask(services: readonly Kind[]): number {
  return services.reduce((mask, kind) => mask | (1 << KINDS.indexOf(kind)), 0)
}
