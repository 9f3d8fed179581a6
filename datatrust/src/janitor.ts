import { sweepAlgorithms } from './algorithms/algorithm.js'
import { sweepNonces } from './auth/sweep-nonces.js'
import type { Context } from './context.js'
import { sweepQuotes } from './quotes/sweep-quotes.js'
import { sweepUploads } from './uploads/unlisted.js'
import { Loop } from './worker/loop.js'

const ROUND_MS = 60_000

/** Forgets what nobody needs any more. */
export function startJanitor(ctx: Context): Loop {
  const round = async () => {
    await sweepNonces(ctx)
    await sweepQuotes(ctx)
    await sweepAlgorithms(ctx)
    await sweepUploads(ctx)
  }
  return new Loop({ name: 'janitor', round, intervalMs: ROUND_MS, log: ctx.log })
}
