import { HOUR } from '@gristmill/protocol'
import type { Order } from '@gristmill/sdk'
import { formatInstant } from '../duration.js'

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

const after = (now: number, opensAfter: number): string =>
  now > opensAfter ? '' : `, after ${formatInstant(opensAfter)}`

/** The command that helps an order on, for its buyer. */
export function nextCommandOf(
  { orderId, status, deadline, kind }: Pick<Order, 'orderId' | 'status' | 'deadline' | 'kind'>,
  now: number,
): string | undefined {
  const { refundableAfter = 0, settlesAfter = 0 } = timesOf({ status, deadline })
  switch (status) {
    case 'placed':
      if (deadline > now) return `gristmill download ${orderId} --out FILE`
      return `gristmill order refund ${orderId}${after(now, refundableAfter)}`
    case 'fulfilled':
      return (
        `gristmill download ${orderId} --out FILE, then gristmill order accept ${orderId}; if no model was released, ` +
        `gristmill order settle ${orderId}${after(now, settlesAfter)}, gives back all but the failure part`
      )
    case 'revealed':
      return `gristmill order settle ${orderId}${after(now, settlesAfter)}`
    case 'revealed-disputed':
    case 'fulfilled-disputed':
      return `gristmill order settle ${orderId}${after(now, settlesAfter)}, if the arbiter has not ruled by then`
    case 'settled':
      return kind === 'access' ? `gristmill download ${orderId} --out FILE fetches it again` : undefined
    default:
      return undefined
  }
}
