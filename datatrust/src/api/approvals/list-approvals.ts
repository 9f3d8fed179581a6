import type { PendingApprovals } from '@gristmill/protocol'
import type { Express } from 'express'
import { listApprovals as list } from '../../approvals/list-approvals.js'
import { authenticate } from '../../auth/authenticate.js'
import type { Context } from '../../context.js'
import { sendJson } from '../send.js'

/** GET /v1/approvals: what waits for the calling account. */
export function listApprovals(app: Express, ctx: Context): void {
  app.get('/v1/approvals', async (request, response) => {
    const account = await authenticate(ctx, request)
    sendJson(response, { approvals: await list(ctx, account) } satisfies PendingApprovals)
  })
}
