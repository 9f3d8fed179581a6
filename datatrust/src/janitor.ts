import { sweepAlgorithms } from './algorithms/algorithm.js'
import { sweepNonces } from './auth/sweep-nonces.js'
import type { Context } from './context.js'
import { tendTables } from './db/tend-tables.js'
import { sweepQuotes } from './quotes/sweep-quotes.js'
import { sweepShreddable } from './shredding/shred.js'
import { sweepAbandoned, sweepUploads } from './uploads/unlisted.js'
import { Loop } from './worker/loop.js'

const ROUND_MS = 60_000
/** Rounds after which what crashes left is looked for: an hour. */
const ABANDONED_ROUNDS = 60
/** Rounds after which tables are tended: ten minutes. */
const TEND_ROUNDS = 10

/** Forgets what nobody needs any more. */
export function startJanitor(ctx: Context): Loop {
  let rounds = 0
  const round = async () => {
    await sweepNonces(ctx)
    await sweepQuotes(ctx)
    await sweepAlgorithms(ctx)
    await sweepUploads(ctx)
    await sweepShreddable(ctx)
    await ctx.gas.look(ctx)
    // A bucket charges for being asked.
    if (rounds % ABANDONED_ROUNDS === 0) await sweepAbandoned(ctx)
    rounds += 1
    // A PostgreSQL server does it by itself. Not at the start, when others wait for the database.
    if (rounds % TEND_ROUNDS === 0 && ctx.config.database === undefined && ctx.disk.hasRoom()) await tendTables(ctx.db)
  }
  return new Loop({ name: 'janitor', round, intervalMs: ROUND_MS, log: ctx.log })
}
