import { bytes32Schema, requestFetchSchema } from '@gristmill/protocol'
import type { Express } from 'express'
import { authenticate, readAuthorization } from '../../auth/authenticate.js'
import type { Context } from '../../context.js'
import { requestFetch as fetchContent } from '../../fetching/fetch.js'
import { parse, readJson } from '../read-body.js'
import { sendJson } from '../send.js'

const BODY_BYTES = 16 * 1024

/** POST /v1/uploads/:uploadId/fetch: has the content fetched from a URL. */
export function requestFetch(app: Express, ctx: Context): void {
  app.post('/v1/uploads/:uploadId/fetch', async (request, response) => {
    const uploadId = parse(bytes32Schema, request.params.uploadId, 'uploadId')
    readAuthorization(request)
    const { value, bodyHash } = await readJson(request, requestFetchSchema, BODY_BYTES)
    const account = await authenticate(ctx, request, { bodyHash })
    sendJson(response, await fetchContent(ctx, account, { uploadId, ...value }), 202)
  })
}
