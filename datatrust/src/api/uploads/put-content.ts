import { bytes32Schema } from '@gristmill/protocol'
import type { Express, Request } from 'express'
import { authenticate } from '../../auth/authenticate.js'
import type { Context } from '../../context.js'
import { readFlow } from '../../http/read-flow.js'
import { storeContent } from '../../uploads/store-content.js'
import { findUpload } from '../../uploads/upload.js'
import { LengthMismatchError } from '../../uploads/upload-errors.js'
import { parse } from '../read-body.js'
import { UnsupportedMediaTypeError } from '../request-errors.js'
import { sendJson } from '../send.js'

/** PUT /v1/uploads/:uploadId/content: the files of an asset, one behind the other, as a raw stream. */
export function putContent(app: Express, ctx: Context): void {
  app.put('/v1/uploads/:uploadId/content', async (request, response) => {
    const uploadId = parse(bytes32Schema, request.params.uploadId, 'uploadId')
    if (request.headers['content-encoding'] !== undefined) throw new UnsupportedMediaTypeError('plain bytes')
    const account = await authenticate(ctx, request)
    requireLength(request, (await findUpload(ctx, account, uploadId)).size_bytes)
    // The connection outlives a refusal: the caller is to read it.
    sendJson(response, await storeContent(ctx, { account, uploadId }, readFlow(request)))
  })
}

/** A declared length is compared before a byte is read. */
function requireLength(request: Request, sizeBytes: number): void {
  const declared = request.headers['content-length']
  if (declared !== undefined && Number(declared) !== sizeBytes)
    throw new LengthMismatchError(Number(declared), sizeBytes)
}
