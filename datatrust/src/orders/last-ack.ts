import type { Config } from '../config/config.js'
import type { OrderRow } from '../db/schema.js'

/**
 * Unix seconds: the last one in which an Ack is taken, so that there is time to reveal the key. Of a run there is more to
 * be done without one: its receipt is posted alone, in the time that is left.
 */
export function lastAckOf(
  { terms: { fulfilMarginSeconds } }: Pick<Config, 'terms'>,
  { kind, fulfil_by }: Pick<OrderRow, 'kind' | 'fulfil_by'>,
): number {
  return fulfil_by - (kind === 'compute' ? 2 : 1) * fulfilMarginSeconds
}
