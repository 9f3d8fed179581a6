import { SHARE_UNIT } from '@gristmill/protocol'
import type { CurveName, Market } from '@gristmill/sdk'
import { formatShares, type Money } from '../money.js'

/** What `--k` is if nothing is said, in whole shares. */
export const DEFAULT_K: Readonly<Record<CurveName, string>> = {
  linear: '1000000',
  flat: '1',
  root: '1',
  computable: '110',
}

/** How the ask of a market rises, for people. */
export function curveText({ curveName, curve, p0, k }: Pick<Market, 'curveName' | 'curve' | 'p0' | 'k'>, money: Money) {
  switch (curveName) {
    case 'linear':
      return `linear: the ask starts at ${money.format(p0)} and rises by that every ${formatShares(k)}`
    case 'flat':
      return 'flat: the ask is what a share is worth and the spread'
    case 'root': {
      const parts = 1n << (k / SHARE_UNIT)
      return `root: the ask is at least ${parts}/${parts - 1n} of what a share is worth`
    }
    case 'computable':
      return `computable: the ask is ${money.format(p0)} and ${k / SHARE_UNIT} % of what a share is worth`
    case undefined:
      return `${curve}, none of the protocol's; p0 ${money.format(p0)}, k ${formatShares(k)}`
  }
}
