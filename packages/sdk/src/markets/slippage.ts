import { BPS } from '@gristmill/protocol'

/** How much less than quoted a patron gets at worst, unless told otherwise. */
const SLIPPAGE_BPS = 50

/** How long a call may wait for its block, unless told otherwise. */
export const DEADLINE_SECONDS = 1_200

/** The least of a quoted amount that is accepted by default. */
export function withSlippage(quoted: bigint): bigint {
  return (quoted * BigInt(BPS - SLIPPAGE_BPS)) / BigInt(BPS)
}
