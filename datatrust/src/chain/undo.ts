import type { ListingId, OrderId } from '@gristmill/protocol'
import type { DatabaseTransaction } from '../db/open-database.js'
import type { OrderRow, OrderState } from '../db/schema.js'

/** What takes back one thing that a block told. */
export type Undo =
  | { type: 'publish'; listing: ListingId }
  | {
      type: 'change'
      listing: ListingId
      before: { access_price: string | null; compute_price: string | null; exit_at: number }
    }
  | { type: 'place'; orderId: OrderId }
  | {
      type: 'end'
      orderId: OrderId
      /** What the end made of the state; undefined if it left it. */
      after: OrderState | undefined
      before: Pick<OrderRow, 'state' | 'closed_because' | 'ended' | 'ended_block' | 'delivery_hash' | 'settles_after'>
    }
  | { type: 'dispute'; orderId: OrderId; before: Pick<OrderRow, 'settles_after'> }

/** Remembers, in the transaction that learns something, how to forget it. */
export async function rememberUndo(trx: DatabaseTransaction, blockNumber: number, undo: Undo): Promise<void> {
  await trx
    .insertInto('undos')
    .values({ block_number: blockNumber, undo: JSON.stringify(undo) })
    .execute()
}

/**
 * Takes back everything that blocks after this one told, the latest first. What was worked out for an order stays, hidden,
 * should a later block place it again; what was charged to a budget stays charged.
 */
export async function undoAfter(trx: DatabaseTransaction, blockNumber: number): Promise<void> {
  const rows = await trx
    .deleteFrom('undos')
    .where('block_number', '>', blockNumber)
    .returning(['position', 'undo'])
    .execute()
  for (const { undo } of rows.toSorted((a, b) => b.position - a.position)) {
    await takeBack(trx, JSON.parse(undo) as Undo)
  }
  await trx.deleteFrom('chain_events').where('block_number', '>', blockNumber).execute()
  await trx.deleteFrom('lost_orders').where('placed_block', '>', blockNumber).execute()
  await markAgain(trx)
}

/** Forgets everything that the chain told: no block that is remembered is on it any more. */
export async function undoAll(trx: DatabaseTransaction): Promise<void> {
  await trx.deleteFrom('undos').execute()
  await trx.deleteFrom('chain_events').execute()
  await trx.deleteFrom('lost_orders').execute()
  const orders = await trx.selectFrom('orders').select('order_id').where('placed_block', 'is not', null).execute()
  await trx
    .updateTable('orders')
    .set({ ended: null, ended_block: null, delivery_hash: null, settles_after: null })
    .where('ended', 'is not', null)
    .execute()
  await markAgain(trx)
  for (const { order_id } of orders) await takeBack(trx, { type: 'place', orderId: order_id })
  const listings = await trx.selectFrom('listings').select('listing').where('published_block', 'is not', null).execute()
  for (const { listing } of listings) await takeBack(trx, { type: 'publish', listing })
}

async function takeBack(trx: DatabaseTransaction, undo: Undo): Promise<void> {
  switch (undo.type) {
    case 'publish':
      return unpublish(trx, undo.listing)
    case 'change':
      await trx.updateTable('catalogue').set(undo.before).where('listing', '=', undo.listing).execute()
      return
    case 'place':
      return unplace(trx, undo.orderId)
    case 'dispute':
      await trx.updateTable('orders').set(undo.before).where('order_id', '=', undo.orderId).execute()
      return
    case 'end': {
      const { state, closed_because, ...ended } = undo.before
      await trx.updateTable('orders').set(ended).where('order_id', '=', undo.orderId).execute()
      if (undo.after === undefined) return
      await trx
        .updateTable('orders')
        .set({ state, closed_because })
        .where('order_id', '=', undo.orderId)
        .where('state', '=', undo.after)
        .execute()
    }
  }
}

/** A listing that orders refer to is hidden, for as long as they are. */
async function unpublish(trx: DatabaseTransaction, listing: ListingId): Promise<void> {
  await trx.deleteFrom('catalogue').where('listing', '=', listing).execute()
  await trx.updateTable('listings').set({ published_block: null }).where('listing', '=', listing).execute()
  await trx
    .deleteFrom('listings')
    .where('listing', '=', listing)
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('orders').select('order_id').whereRef('orders.listing', '=', 'listings.listing'))),
    )
    .execute()
}

/** An order for which something was made is hidden, so that it need not be made again. */
async function unplace(trx: DatabaseTransaction, orderId: OrderId): Promise<void> {
  await trx.updateTable('orders').set({ placed_block: null }).where('order_id', '=', orderId).execute()
  await trx
    .deleteFrom('orders')
    .where('order_id', '=', orderId)
    .where('state', 'in', ['running', 'closed'])
    .where('message_bytes', 'is', null)
    .where('receipt', 'is', null)
    .execute()
}

/** Was it marked in a block that is gone? The chain is asked, and told again where it forgot. */
async function markAgain(trx: DatabaseTransaction): Promise<void> {
  await trx
    .updateTable('orders')
    .set({ state: 'marking' })
    .where('state', '=', 'done')
    .where('ended', 'is', null)
    .execute()
}
