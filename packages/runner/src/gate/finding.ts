import type { Checks } from '@gristmill/protocol'

/** What one check found, for the owner alone: it depends on private data. */
export interface Finding {
  check: Exclude<keyof Checks, 'holdoutBps'>
  isMet: boolean
  /** What was measured, in which unit, and at what resolution. */
  quantity: string
  found: number
  /** What the policy allows: a least or a most, as `quantity` says. */
  limit: number
}

/** A finding as one line of the private log. */
export function describeFinding({ check, quantity, found, limit }: Finding): string {
  return `${check}: ${quantity} ${Number(found.toFixed(3))}, limit ${limit}`
}
