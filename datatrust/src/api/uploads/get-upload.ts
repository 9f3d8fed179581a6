import { bytes32Schema } from '@gristmill/protocol'
import type { Express } from 'express'
import { authenticate } from '../../auth/authenticate.js'
import type { Context } from '../../context.js'
import { describeUpload } from '../../fetching/fetch.js'
import { parse } from '../read-body.js'
import { sendJson } from '../send.js'

/** GET /v1/uploads/:uploadId, to its maker. */
export function getUpload(app: Express, ctx: Context): void {
  app.get('/v1/uploads/:uploadId', async (request, response) => {
    const uploadId = parse(bytes32Schema, request.params.uploadId, 'uploadId')
    const account = await authenticate(ctx, request)
    sendJson(response, await describeUpload(ctx, account, uploadId))
  })
}
