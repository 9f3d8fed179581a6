import { HOUR } from '@gristmill/protocol'
import type { Order } from '@gristmill/sdk'

/** What can be done with an order, and from when on. */
export interface OrderTimes {
  /** Unix seconds after which the price can be taken back, if nothing came by then. */
  refundableAfter?: number
  /** Unix seconds after which anybody can have it paid out. */
  settlesAfter?: number
}

/** Contracts take a refund an hour after the time for fulfilment, so that a late block harms nobody. */
export function timesOf({ status, deadline }: Pick<Order, 'status' | 'deadline'>): OrderTimes {
  if (status === 'placed') return { refundableAfter: deadline + HOUR }
  return status === 'settled' || status === 'refunded' || status === 'none' ? {} : { settlesAfter: deadline }
}
