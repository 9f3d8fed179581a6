import type { Live } from '@gristmill/protocol'
import type { Express } from 'express'
import { sendJson } from '../send.js'

/** GET /v1/health/live: the process answers. */
export function live(app: Express): void {
  app.get('/v1/health/live', (_request, response) => sendJson(response, { status: 'live' } satisfies Live))
}
