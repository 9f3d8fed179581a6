import type { Evidence } from '@gristmill/envelope'
import type { Delivery, OrderId } from '@gristmill/protocol'
import type { PartialMessage } from './partial-message.js'

/** What proves that a delivery was wrong; enough to complain with, by anybody. */
export interface KeptEvidence {
  orderId: OrderId
  delivery: Delivery
  evidence: Evidence
}

/**
 * Keeps what a download has received, until the content is proved: of a message its bytes, of a fair exchange the ciphertext
 * and the leaf list. Both are checked again when they are read. `partialFile` of `@gristmill/sdk/node` keeps them in files.
 */
export interface PartialDownload extends PartialMessage {
  /** The same for the leaf list. `discard` of the download discards it too. */
  readonly leaves: PartialMessage
  /** Keeps evidence for good; says where, if it has a name. */
  keepEvidence(evidence: KeptEvidence): Promise<string | undefined>
}
