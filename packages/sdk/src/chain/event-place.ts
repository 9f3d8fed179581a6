import type { Hex } from '@gristmill/protocol'

/** Where an event stands on the chain. */
export interface EventPlace {
  blockNumber: number
  blockHash: Hex
  transactionHash: Hex
  /** Position in its block. */
  logIndex: number
}
