import { bytes32Schema, requestAttestationSchema } from '@gristmill/protocol'
import type { Express } from 'express'
import { attest } from '../../attestations/attest.js'
import { authenticate, readAuthorization } from '../../auth/authenticate.js'
import type { Context } from '../../context.js'
import { findUpload, requireStored } from '../../uploads/upload.js'
import { parse, readJson } from '../read-body.js'
import { sendJson } from '../send.js'

/** A description of thousands of columns, and a policy with all their categories. */
const BODY_BYTES = 4 * 2 ** 20

/** POST /v1/uploads/:uploadId/attestation: what the maker is about to publish. */
export function requestAttestation(app: Express, ctx: Context): void {
  app.post('/v1/uploads/:uploadId/attestation', async (request, response) => {
    const uploadId = parse(bytes32Schema, request.params.uploadId, 'uploadId')
    readAuthorization(request)
    const { value, bodyHash } = await readJson(request, requestAttestationSchema, BODY_BYTES)
    const account = await authenticate(ctx, request, { bodyHash })
    const upload = requireStored(await findUpload(ctx, account, uploadId))
    sendJson(response, await attest(ctx, account, upload, value))
  })
}
