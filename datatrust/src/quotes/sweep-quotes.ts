import type { Context } from '../context.js'

/** How long after its end a quote is kept, seconds: the chain may be read late. */
const KEEP_SECONDS = 86_400

/** Forgets quotes that were not placed, long after they could be. */
export async function sweepQuotes({ db, follower }: Pick<Context, 'db' | 'follower'>): Promise<void> {
  await db
    .deleteFrom('quotes')
    .where('place_by', '<', follower.chainTime() - KEEP_SECONDS)
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('orders').select('order_id').whereRef('orders.digest', '=', 'quotes.digest'))),
    )
    .execute()
}
