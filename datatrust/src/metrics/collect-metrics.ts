import { ORDER_STATES } from '@gristmill/protocol'
import type { Context } from '../context.js'
import { countLost } from '../orders/lose-order.js'
import { waitingSince } from '../orders/settle-orders.js'
import { exposed, type Sample } from './exposition.js'

/** Everything there is to measure, in Prometheus' text format 0.0.4. */
export async function collectMetrics(ctx: Context): Promise<string> {
  const { balanceWei, neededWei } = ctx.gas.money ?? {}
  const { count, ageSeconds, isStuck } = ctx.chain.waiting
  return [
    ctx.requestMetrics.exposed(),
    gauge('orders', 'Orders by state.', await ordersByState(ctx)),
    gauge('queue_age_seconds', 'Since the oldest order was placed that waits for this datatrust; 0: none waits.', [
      { value: await queueAge(ctx) },
    ]),
    ...(await settlements(ctx)),
    gauge(
      'lost_orders',
      'Placed here, not over, and unknown to this database; fair ones can only be refunded.',
      await lostOrders(ctx),
    ),
    gauge('follower_age_seconds', 'Since the chain was last read to its end.', [
      { value: ctx.follower.ageMs() / 1_000 },
    ]),
    gauge('disk_free_bytes', 'Free on the disk of the data directory.', [{ value: ctx.disk.freeBytes }]),
    gauge('signer_balance_wei', 'What the signer has for gas.', optional(balanceWei)),
    gauge('signer_needed_wei', 'What it should have at the present price of gas.', optional(neededWei)),
    gauge('signer_low', '1: the signer has less than it should.', [{ value: ctx.gas.isLow ? 1 : 0 }]),
    gauge('transactions_waiting', 'Sent and in no block.', [{ value: count }]),
    gauge('transaction_age_seconds', 'Since the oldest of them was sent; 0: there is none.', [{ value: ageSeconds }]),
    gauge('transactions_stuck', '1: it waits for longer than higher fees take to help.', [{ value: isStuck ? 1 : 0 }]),
    gauge('closing', '1: about to end.', [{ value: ctx.isClosing() ? 1 : 0 }]),
  ].join('')
}

function gauge(name: string, help: string, samples: readonly Sample[]): string {
  return exposed({ name: `gristmill_${name}`, help, type: 'gauge' }, samples)
}

const optional = (value: bigint | undefined): Sample[] => (value === undefined ? [] : [{ value: Number(value) }])

async function ordersByState({ db }: Context): Promise<Sample[]> {
  const rows = await db
    .selectFrom('orders')
    .select(({ fn }) => ['state', fn.countAll<number>().as('count')])
    .groupBy('state')
    .execute()
  const counts = new Map<string, number>(rows.map(({ state, count }) => [state, Number(count)]))
  return ORDER_STATES.filter((state) => state !== 'quoted').map((state) => ({
    labels: { state },
    value: counts.get(state) ?? 0,
  }))
}

/** Orders that were paid out, and those that could be. */
async function settlements({ db, follower }: Context): Promise<string[]> {
  const now = follower.chainTime()
  const { settled } = await db
    .selectFrom('orders')
    .select(({ fn }) => fn.countAll<number>().as('settled'))
    .where('ended', '=', 'settled')
    .executeTakeFirstOrThrow()
  const { waiting, since } = await waitingSince(db, now)
    .select(({ fn }) => [fn.countAll<number>().as('waiting'), fn.min('settles_after').as('since')])
    .executeTakeFirstOrThrow()
  const age = Number(waiting) === 0 ? 0 : now - Number(since)
  return [
    gauge('orders_settled', 'Orders paid out on chain, by whomever.', [{ value: Number(settled) }]),
    gauge('orders_settleable', 'Orders that could be paid out and are not.', [{ value: Number(waiting) }]),
    gauge('settle_age_seconds', 'Since the oldest of them could; 0: there is none.', [{ value: age }]),
  ]
}

async function lostOrders({ db }: Context): Promise<Sample[]> {
  const { fair, others } = await countLost(db)
  return [
    { labels: { delivery: 'fair' }, value: fair },
    { labels: { delivery: 'other' }, value: others },
  ]
}

/** Orders that wait for us: not those that wait for their buyer or their maker. */
async function queueAge({ db, follower }: Context): Promise<number> {
  const oldest = await db
    .selectFrom('orders')
    .innerJoin('quotes', 'quotes.digest', 'orders.digest')
    .select(['orders.fulfil_by', 'quotes.deal'])
    .where('orders.state', 'in', ['running', 'marking'])
    .orderBy('orders.placed_position')
    .limit(1)
    .executeTakeFirst()
  if (oldest === undefined) return 0
  const { fulfilWithin } = JSON.parse(oldest.deal) as { fulfilWithin: number }
  return Math.max(0, follower.chainTime() - (oldest.fulfil_by - fulfilWithin))
}
