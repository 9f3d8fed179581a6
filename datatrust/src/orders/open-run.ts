import {
  type OrderId,
  openingHashOf,
  ProtocolError,
  provenanceSchema,
  type RunOpening,
  runOpeningHash,
} from '@gristmill/protocol'
import type { AdminParts } from '../admin/admin-task.js'
import { recordAct } from '../audit/acts.js'
import { findListing } from '../listings/listing.js'
import { uploadOfListing } from '../uploads/upload.js'
import { findOrder, quoteOf, termsOf } from './order.js'
import { OrderNotFoundError, OrderNotReadyError } from './order-errors.js'
import { runOpeningOf } from './run-opening.js'

/**
 * Thrown when the secrets of a run are not those any more to which its statement commits.
 *
 * @remedy Put the runner's secret back with which the order was run, then ask again.
 */
export class OpeningLostError extends ProtocolError {
  readonly code = 'OPENING_LOST' as const

  constructor(orderId: OrderId) {
    super(
      `The statement of order ${orderId} commits to other secrets than this datatrust derives now: put the runner's secret back with which it was run.`,
      { details: { orderId } },
    )
  }
}

/** Thrown when the opening of one order of a joint run is asked for: its secrets are those of the other owners' rows, too. */
export class OpeningJointError extends ProtocolError {
  readonly code = 'OPENING_JOINT' as const

  constructor(orderId: OrderId) {
    super(
      `Order ${orderId} is of a joint run, whose secrets tell of the rows of all its owners: leave it closed, and compare the receipts of its orders instead.`,
      { details: { orderId } },
    )
  }
}

/** What lets somebody repeat a run that is over, and no other; who got it is for the operator to know. */
export async function openRun(parts: Pick<AdminParts, 'db' | 'secrets'>, orderId: OrderId): Promise<RunOpening> {
  const order = await findOrder(parts, orderId)
  if (order?.kind !== 'compute') throw new OrderNotFoundError(orderId)
  if (order.state !== 'done' || order.provenance === null) throw new OrderNotReadyError(orderId, order.state)
  if (order.run_id !== null) throw new OpeningJointError(orderId)
  const listing = await findListing(parts, order.listing)
  const upload = await uploadOfListing(parts, listing)
  const { goods } = termsOf(await quoteOf(parts, order))
  const opening = runOpeningOf(parts, { order, listing, upload, goods, policyHash: listing.policy_hash })
  const committed = openingHashOf(provenanceSchema.parse(JSON.parse(order.provenance)))
  if (runOpeningHash(opening) !== committed) throw new OpeningLostError(orderId)
  await recordAct(parts.db, { type: 'run-opened', orderId, details: {} })
  return opening
}
