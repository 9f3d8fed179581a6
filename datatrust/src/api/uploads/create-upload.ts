import { createUploadSchema } from '@gristmill/protocol'
import type { Express } from 'express'
import { authenticate, readAuthorization } from '../../auth/authenticate.js'
import type { Context } from '../../context.js'
import { createUpload as announce } from '../../uploads/upload.js'
import { readJson } from '../read-body.js'
import { sendJson } from '../send.js'

/** A thousand files with long names. */
const BODY_BYTES = 2 ** 20

/** POST /v1/uploads: announces an asset. */
export function createUpload(app: Express, ctx: Context): void {
  app.post('/v1/uploads', async (request, response) => {
    readAuthorization(request)
    const { value, bodyHash } = await readJson(request, createUploadSchema, BODY_BYTES)
    const account = await authenticate(ctx, request, { bodyHash })
    sendJson(response, await announce(ctx, account, value))
  })
}
