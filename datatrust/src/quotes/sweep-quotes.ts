import type { Context } from '../context.js'

/** How long after its end a quote is kept, seconds: the chain may be read late. */
const KEEP_SECONDS = 3_600
/** Nothing is forgotten while the chain cannot be read: an order may have been placed meanwhile. */
const CURRENT_MS = 60_000

/** Forgets quotes that were not placed, long after they could be. */
export async function sweepQuotes({ db, follower }: Pick<Context, 'db' | 'follower'>): Promise<void> {
  if (follower.ageMs() > CURRENT_MS) return
  await db
    .deleteFrom('quotes')
    .where('place_by', '<', follower.chainTime() - KEEP_SECONDS)
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('orders').select('order_id').whereRef('orders.digest', '=', 'quotes.digest'))),
    )
    .execute()
}
