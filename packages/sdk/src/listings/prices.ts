import type { IListings } from '@gristmill/abi'
import { KINDS, type Kind } from '@gristmill/protocol'

/** What a service costs, units of the asset's decimals; 0 is free, absent is not for sale. */
export interface Prices {
  access?: bigint
  compute?: bigint
}

/** NOT_OFFERED of Listings. */
const NOT_OFFERED = 2n ** 96n - 1n

/** Prices as contracts want them. */
export function pricesToChain({ access, compute }: Prices): IListings.PricesStruct {
  return { access: access ?? NOT_OFFERED, compute: compute ?? NOT_OFFERED }
}

/** Prices as contracts tell them. */
export function pricesFromChain(access: bigint, compute: bigint): Prices {
  return {
    ...(access === NOT_OFFERED ? {} : { access }),
    ...(compute === NOT_OFFERED ? {} : { compute }),
  }
}

/** Services that have a price. */
export function servicesOf(prices: Prices): Kind[] {
  return KINDS.filter((kind) => prices[kind] !== undefined)
}
