import { randomUUID } from 'node:crypto'
import type { OrderId } from '@gristmill/protocol'
import { sql } from 'kysely'
import type { Database } from '../db/open-database.js'

/** How long a claim holds without being renewed: what a process that died worked on is taken over then. */
const LEASE_SECONDS = 15
const RENEW_MS = 5_000

/** Who works on which order. */
export interface Claims {
  /** Runs a step on an order unless another process is at it; false if it is. */
  during(orderId: OrderId, step: () => Promise<void>): Promise<boolean>
  /** Gives back everything. */
  close(): Promise<void>
}

/** Where one process has the database to itself, nobody else can be at an order. */
export const NO_CLAIMS: Claims = {
  during: async (_orderId, step) => {
    await step()
    return true
  },
  close: async () => {},
}

/**
 * Claims in the database, by its clock. They spare work, they do not make it safe: every step can be done twice, by a
 * process that was thought dead, and counts once.
 */
export function createClaims(db: Database): Claims {
  const holder = randomUUID()
  const expiry = sql<Date>`clock_timestamp() + make_interval(secs => ${sql.lit(LEASE_SECONDS)})`

  const take = async (order_id: OrderId): Promise<boolean> => {
    const taken = await db
      .insertInto('claims')
      .values({ order_id, holder, expires_at: expiry })
      .onConflict((conflict) =>
        conflict
          .column('order_id')
          .doUpdateSet({ holder, expires_at: expiry })
          .where(sql<boolean>`claims.expires_at < clock_timestamp()`),
      )
      .returning('order_id')
      .executeTakeFirst()
    return taken !== undefined
  }
  const renew = (orderId: OrderId) =>
    db
      .updateTable('claims')
      .set({ expires_at: expiry })
      .where('order_id', '=', orderId)
      .where('holder', '=', holder)
      .execute()
      // Not renewed is expired: another process may begin, and one of the two is in vain.
      .catch(() => {})

  return {
    during: async (orderId, step) => {
      if (!(await take(orderId))) return false
      const timer = setInterval(() => void renew(orderId), RENEW_MS)
      try {
        await step()
      } finally {
        clearInterval(timer)
        await db.deleteFrom('claims').where('order_id', '=', orderId).where('holder', '=', holder).execute()
      }
      return true
    },
    close: async () => {
      await db.deleteFrom('claims').where('holder', '=', holder).execute()
    },
  }
}
