import { DAY } from '@gristmill/protocol'
import type { Database } from '../db/open-database.js'
import { type AuditRange, type AuditRow, isoInstant, PAGE_ROWS } from './audit-row.js'

/** A row for each day, order, part and account to which bytes left. */
export async function* readDeliveries(db: Database, range: AuditRange): AsyncGenerator<AuditRow[], void, undefined> {
  const { since, until, listing, account } = range
  let last: Awaited<ReturnType<typeof page>>[number] | undefined
  const page = () => {
    let select = db
      .selectFrom('deliveries')
      .leftJoin('orders', 'orders.order_id', 'deliveries.order_id')
      .selectAll('deliveries')
      .select(['orders.listing', 'orders.buyer', 'orders.maker'])
      .where('day', '>=', Math.floor(since / DAY))
      .where('last_at', '>=', since)
      .where('first_at', '<', until)
      .orderBy('deliveries.day')
      .orderBy('deliveries.order_id')
      .orderBy('deliveries.part')
      .orderBy('deliveries.account')
      .limit(PAGE_ROWS)
    if (listing !== undefined) select = select.where('orders.listing', '=', listing)
    if (account !== undefined) {
      select = select.where(({ eb, or }) =>
        or([
          eb('orders.buyer', '=', account),
          eb('orders.maker', '=', account),
          eb('deliveries.account', '=', account),
        ]),
      )
    }
    const before = last
    if (before !== undefined) {
      select = select.where(({ eb, refTuple, tuple }) =>
        eb(
          refTuple('deliveries.day', 'deliveries.order_id', 'deliveries.part', 'deliveries.account'),
          '>',
          tuple(before.day, before.order_id, before.part, before.account),
        ),
      )
    }
    return select.execute()
  }
  for (;;) {
    const rows = await page()
    if (rows.length > 0) {
      yield rows.map((row) => ({
        type: 'delivery',
        at: isoInstant(row.first_at),
        order: row.order_id,
        listing: row.listing ?? '',
        buyer: row.buyer ?? '',
        maker: row.maker ?? '',
        account: row.account,
        part: row.part,
        answers: String(row.answers),
        offeredBytes: String(row.offered_bytes),
        sentBytes: String(row.sent_bytes),
        firstSentAt: isoInstant(row.first_at),
        lastSentAt: isoInstant(row.last_at),
      }))
    }
    last = rows.at(-1)
    if (rows.length < PAGE_ROWS) return
  }
}
