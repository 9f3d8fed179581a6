import type { Context } from '../context.js'
import type { DatabaseTransaction } from '../db/open-database.js'
import { adoptListing } from '../listings/adopt-listing.js'
import { changeCatalogue } from '../listings/catalogue.js'
import { adoptOrder } from '../orders/adopt-order.js'
import { disputeOrder } from '../orders/dispute-order.js'
import { endOrder } from '../orders/end-order.js'
import type { ChainEvent } from './chain-event.js'
import { recordEvent } from './record-event.js'

/** Writes down what the chain tells; learning it again changes nothing. */
export async function applyEvent(ctx: Context, trx: DatabaseTransaction, event: ChainEvent): Promise<void> {
  await learn(ctx, trx, event)
  await recordEvent(trx, event)
}

async function learn(ctx: Context, trx: DatabaseTransaction, event: ChainEvent): Promise<void> {
  switch (event.type) {
    case 'published':
      return adoptListing(trx, event)
    case 'prices-changed':
    case 'exiting':
      return changeCatalogue(trx, event)
    case 'order-placed':
      return adoptOrder(ctx, trx, event)
    case 'order-ended':
      return endOrder(trx, event)
    case 'order-disputed':
      return disputeOrder(trx, event)
    case 'order-contested':
  }
}
