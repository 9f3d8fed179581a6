import { isProtocolError, type OrderId } from '@gristmill/protocol'
import { Interrupted, type Io, leaveWord } from '../io.js'
import { note } from '../output.js'
import { quoted } from '../quoted.js'

/** Failures after which the same command does not help; they say themselves what does, or the price comes back. */
const NEXT: Readonly<Record<string, (orderId: OrderId) => string | undefined>> = {
  ORDER_CLOSED: (orderId) => `gristmill order refund ${orderId}, an hour after its time`,
  KEY_LATE: (orderId) => `gristmill order refund ${orderId}, an hour after its time`,
  WRONG_DELIVERY: () => undefined,
  RUN_FAILED: (orderId) => `gristmill order show ${orderId}`,
}

/** Does what comes after an order is paid: whatever fails names the order and the command that goes on. */
export async function withOrder<T>(
  io: Io,
  { orderId, out }: { orderId: OrderId; out: string },
  work: () => Promise<T>,
): Promise<T> {
  const next = `gristmill download ${orderId} --out ${quoted(out)}`
  leaveWord(io, `Order ${orderId} is placed and paid: go on with ${next}`)
  try {
    return await work()
  } catch (error) {
    if (error instanceof Interrupted) throw error
    note(io, `Order ${orderId} is placed and paid.`)
    if (isProtocolError(error)) {
      const known = NEXT[error.code]
      Object.assign(error, { next: known === undefined ? next : known(orderId) })
    }
    throw error
  }
}
