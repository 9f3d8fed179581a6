import type { Database } from '../db/open-database.js'
import { type AuditRange, type AuditRow, isoInstant, PAGE_ROWS } from './audit-row.js'

/** A row for each thing that the chain told about a listing or an order of this datatrust, in the chain's order. */
export async function* readChainEvents(db: Database, range: AuditRange): AsyncGenerator<AuditRow[], void, undefined> {
  const { since, until, listing, account } = range
  let last: Awaited<ReturnType<typeof page>>[number] | undefined
  const page = () => {
    let select = db
      .selectFrom('chain_events')
      .leftJoin('orders', 'orders.order_id', 'chain_events.order_id')
      .leftJoin('listings', 'listings.listing', 'chain_events.listing')
      .leftJoin('lost_orders', 'lost_orders.order_id', 'chain_events.order_id')
      .selectAll('chain_events')
      .select(({ fn }) => [
        fn.coalesce('chain_events.listing', 'orders.listing', 'lost_orders.listing').as('about'),
        fn.coalesce('orders.buyer', 'lost_orders.buyer').as('buyer'),
        fn.coalesce('listings.maker', 'orders.maker', 'lost_orders.maker').as('maker'),
      ])
      .where('happened_at', '>=', since)
      .where('happened_at', '<', until)
      .orderBy('block_number')
      .orderBy('log_index')
      .limit(PAGE_ROWS)
    if (listing !== undefined) {
      select = select.where(({ eb, or }) =>
        or([
          eb('chain_events.listing', '=', listing),
          eb('orders.listing', '=', listing),
          eb('lost_orders.listing', '=', listing),
        ]),
      )
    }
    if (account !== undefined) {
      select = select.where(({ eb, or }) =>
        or([
          eb('listings.maker', '=', account),
          eb('orders.buyer', '=', account),
          eb('orders.maker', '=', account),
          eb('lost_orders.buyer', '=', account),
          eb('lost_orders.maker', '=', account),
        ]),
      )
    }
    const before = last
    if (before !== undefined) {
      select = select.where(({ eb, refTuple, tuple }) =>
        eb(refTuple('block_number', 'log_index'), '>', tuple(before.block_number, before.log_index)),
      )
    }
    return select.execute()
  }
  for (;;) {
    const rows = await page()
    if (rows.length > 0) {
      yield rows.map((row) => ({
        type: `${row.order_id === null ? 'listing' : 'order'}-${row.type}`,
        at: isoInstant(row.happened_at),
        order: row.order_id ?? '',
        listing: row.about ?? '',
        buyer: row.buyer ?? '',
        maker: row.maker ?? '',
        block: String(row.block_number),
        transaction: row.transaction_hash,
      }))
    }
    last = rows.at(-1)
    if (rows.length < PAGE_ROWS) return
  }
}

/** A row for each thing that was done here, in the order in which it was written down. */
export async function* readActs(db: Database, range: AuditRange): AsyncGenerator<AuditRow[], void, undefined> {
  const { since, until, listing, account } = range
  let last = 0
  for (;;) {
    let select = db
      .selectFrom('acts')
      .leftJoin('orders', 'orders.order_id', 'acts.order_id')
      .selectAll('acts')
      .select(({ fn }) => [fn.coalesce('acts.listing', 'orders.listing').as('about'), 'orders.buyer', 'orders.maker'])
      .where('acts.happened_at', '>=', since)
      .where('acts.happened_at', '<', until)
      .where('acts.position', '>', last)
      .orderBy('acts.position')
      .limit(PAGE_ROWS)
    if (listing !== undefined) {
      select = select.where(({ eb, or }) => or([eb('acts.listing', '=', listing), eb('orders.listing', '=', listing)]))
    }
    if (account !== undefined) {
      select = select.where(({ eb, or }) =>
        or([eb('acts.account', '=', account), eb('orders.buyer', '=', account), eb('orders.maker', '=', account)]),
      )
    }
    const rows = await select.execute()
    if (rows.length > 0) {
      yield rows.map((row) => ({
        type: row.type,
        at: isoInstant(row.happened_at),
        order: row.order_id ?? '',
        listing: row.about ?? '',
        buyer: row.buyer ?? '',
        maker: row.maker ?? '',
        account: row.account ?? '',
        subject: row.subject ?? '',
        details: row.details === '{}' ? '' : row.details,
      }))
    }
    last = rows.at(-1)?.position ?? last
    if (rows.length < PAGE_ROWS) return
  }
}
