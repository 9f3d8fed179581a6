import { type Address, DAY, type OrderId } from '@gristmill/protocol'
import { sql } from 'kysely'
import type { Context } from '../context.js'
import type { DeliveryPart } from '../db/schema.js'
import { now } from '../now.js'

export interface DeliveryParams {
  orderId: OrderId
  part: DeliveryPart
  /** Whoever asked. */
  account: Address
}

/** An answer with bytes of an order, on record. */
export class Delivery {
  readonly #ctx: Pick<Context, 'db' | 'log'>
  readonly #params: DeliveryParams
  #day = 0

  constructor(ctx: Pick<Context, 'db' | 'log'>, params: DeliveryParams) {
    this.#ctx = ctx
    this.#params = params
  }

  /** Writes down that so many bytes are about to leave. Returns when it is durable: nothing leaves unrecorded. */
  async begin(offeredBytes: number): Promise<void> {
    const at = now()
    this.#day = Math.floor(at / DAY)
    const { orderId: order_id, part, account } = this.#params
    const counts = { answers: 1, offered_bytes: offeredBytes, sent_bytes: 0, first_at: at, last_at: at }
    await this.#ctx.db
      .insertInto('deliveries')
      .values({ day: this.#day, order_id, part, account, ...counts })
      .onConflict((conflict) =>
        conflict.columns(['day', 'order_id', 'part', 'account']).doUpdateSet({
          answers: sql<number>`deliveries.answers + 1`,
          offered_bytes: sql<number>`deliveries.offered_bytes + excluded.offered_bytes`,
          last_at: sql<number>`GREATEST(deliveries.last_at, excluded.last_at)`,
        }),
      )
      .execute()
  }

  /** Adds what was given to the connection. A database that is away then does not undo what was sent. */
  async end(sentBytes: number): Promise<void> {
    if (sentBytes === 0) return
    const { orderId, part, account } = this.#params
    try {
      await this.#ctx.db
        .updateTable('deliveries')
        .set({ sent_bytes: sql<number>`sent_bytes + CAST(${sentBytes} AS bigint)` })
        .where('day', '=', this.#day)
        .where('order_id', '=', orderId)
        .where('part', '=', part)
        .where('account', '=', account)
        .execute()
    } catch (error) {
      this.#ctx.log.warn({ err: error, orderId, sentBytes }, 'bytes sent and not added to the record')
    }
  }
}
