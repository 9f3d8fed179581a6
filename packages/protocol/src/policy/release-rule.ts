import { z } from 'zod'
import { addressSchema } from '../address.js'
import type { Address } from '../hex.js'

/** Who decides before a model leaves: nobody; the maker, who signs an Approval; or two different ones of the reviewers. */
export const AIRLOCKS = ['auto', 'owner', 'two-person'] as const
/** One of `AIRLOCKS`. */
export type Airlock = (typeof AIRLOCKS)[number]

/** When a model leaves, and who has to agree. */
export const releaseRuleSchema = z.strictObject({
  /** Results leave only at multiples of this many seconds. */
  slotSeconds: z.int().min(1).max(86_400),
  airlock: z.enum(AIRLOCKS),
  /** Accounts that decide; exactly with "two-person". The maker is one only if named. */
  reviewers: z.array(addressSchema).max(16).optional(),
})
/** When a model leaves, and who has to agree. */
export type ReleaseRule = z.output<typeof releaseRuleSchema>

/** Different accounts that have to approve a model before it leaves. */
export function approvalsNeeded({ airlock }: Pick<ReleaseRule, 'airlock'>): number {
  const needed: Record<Airlock, number> = { auto: 0, owner: 1, 'two-person': 2 }
  return needed[airlock]
}

/** Accounts that may decide about a run; of two, nobody decides about what they ordered themselves. */
export function decidersOf(
  { airlock, reviewers = [] }: Pick<ReleaseRule, 'airlock' | 'reviewers'>,
  { maker, sponsor }: { maker: Address; sponsor: Address },
): Address[] {
  if (airlock === 'auto') return []
  return airlock === 'owner' ? [maker] : reviewers.filter((reviewer) => reviewer !== sponsor)
}
