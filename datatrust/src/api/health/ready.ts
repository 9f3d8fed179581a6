import { type PartHealth, ProtocolError, type Ready } from '@gristmill/protocol'
import type { Express } from 'express'
import type { Context } from '../../context.js'
import { Health } from '../../health/health.js'
import { sendJson } from '../send.js'

/** Thrown when the datatrust cannot serve now; `details.parts` says how each part is. */
export class NotReadyError extends ProtocolError {
  readonly code = 'NOT_READY' as const
  override readonly retryable = true

  constructor(parts: readonly PartHealth[]) {
    const failing = parts.filter(({ status }) => status === 'fail')
    const what = failing.map(({ part, reason }) => `${part}: ${reason}`).join('; ')
    super(`The datatrust is not ready (${what}). Ask again later.`, { details: { part: failing[0]?.part, parts } })
  }
}

/** GET /v1/health/ready: database, storage, chain, its endpoints and the keys are as they should be, each part by itself. */
export function ready(app: Express, ctx: Context): void {
  const health = new Health(ctx)
  app.get('/v1/health/ready', async (_request, response) => {
    const parts = await health.examine()
    if (parts.some(({ status }) => status === 'fail')) throw new NotReadyError(parts)
    const warnings = parts.flatMap(({ part, status }) => (status === 'warn' ? [part] : []))
    sendJson(response, { status: 'ready', warnings, parts } satisfies Ready)
  })
}
