import { ProtocolError } from '@gristmill/protocol'
import type { Express } from 'express'
import { sql } from 'kysely'
import type { Context } from '../../context.js'
import { DatabaseStoppedError } from '../../db/open-database.js'
import { sendJson } from '../send.js'

/** How old the last look at the chain may be, at least; longer where the chain is looked at less often. */
const STALE_MS = 30_000

/** Thrown when the datatrust cannot serve now. */
export class NotReadyError extends ProtocolError {
  readonly code = 'NOT_READY' as const
  override readonly retryable = true

  constructor(part: 'chain' | 'closing' | 'database' | 'storage') {
    super(`The datatrust is not ready (${part}). Ask again later.`, { details: { part } })
  }
}

/** GET /v1/health/ready: the database answers, there is room, and the chain is being followed. */
export function ready(app: Express, ctx: Context): void {
  app.get('/v1/health/ready', async (_request, response) => {
    if (ctx.isClosing()) throw new NotReadyError('closing')
    await sql`SELECT 1`.execute(ctx.db).catch((error: unknown) => {
      throw error instanceof DatabaseStoppedError ? new NotReadyError('database') : error
    })
    if (!ctx.disk.hasRoom()) throw new NotReadyError('storage')
    const staleMs = Math.max(STALE_MS, 3 * ctx.config.chain.pollIntervalMs)
    if (ctx.follower.ageMs() > staleMs) throw new NotReadyError('chain')
    sendJson(response, { status: 'ready' })
  })
}
