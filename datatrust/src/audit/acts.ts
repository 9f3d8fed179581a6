import { type Address, canonicalJson, type ListingId, type OrderId } from '@gristmill/protocol'
import type { Database, DatabaseTransaction } from '../db/open-database.js'
import type { ActType } from '../db/schema.js'
import { now } from '../now.js'

/** Something that was done here and that nobody else writes down. */
export interface Act {
  type: ActType
  /** Whoever asked for it; absent: the operator, or the datatrust by itself. */
  account?: Address
  listing?: ListingId
  orderId?: OrderId
  /** An upload, a key, a directory. */
  subject?: string
  /** What else there is to know; never content, keys or network addresses. */
  details?: Readonly<Record<string, string | number | boolean | null | readonly string[]>>
}

/** Writes down an act, where there is one in the transaction that does it. */
export async function recordAct(db: Database | DatabaseTransaction, act: Act): Promise<void> {
  const { type, account, listing, orderId, subject, details = {} } = act
  await db
    .insertInto('acts')
    .values({
      happened_at: now(),
      type,
      account: account ?? null,
      listing: listing ?? null,
      order_id: orderId ?? null,
      subject: subject ?? null,
      details: canonicalJson(details),
    })
    .execute()
}
