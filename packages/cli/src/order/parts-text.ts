import type { SettledParts } from '@gristmill/sdk'
import type { Money } from '../money.js'

/** Who got what of a price. */
export function partsText(parts: Omit<SettledParts, 'orderId'>, money: Money): string {
  const { toMaker, toOperator, toCurators, toReserve, toBuyer } = parts
  const named = { maker: toMaker, datatrust: toOperator, curators: toCurators, reserve: toReserve, buyer: toBuyer }
  return Object.entries(named)
    .filter(([, amount]) => amount > 0n)
    .map(([who, amount]) => `${who} ${money.format(amount)}`)
    .join(', ')
}
