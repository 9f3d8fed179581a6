import { bytes32Schema, type StoredAlgorithm } from '@gristmill/protocol'
import type { Express } from 'express'
import { AlgorithmMismatchError, maxAlgorithmBytes, storeAlgorithm } from '../../algorithms/algorithm.js'
import { authenticate } from '../../auth/authenticate.js'
import type { Context } from '../../context.js'
import { parse, readBody, sha256Hex } from '../read-body.js'
import { sendJson } from '../send.js'

/** PUT /v1/algorithms/:sha256: an algorithm to run later. */
export function putAlgorithm(app: Express, ctx: Context): void {
  const maxBytes = maxAlgorithmBytes(ctx)
  app.put('/v1/algorithms/:sha256', async (request, response) => {
    const algorithm = parse(bytes32Schema, request.params.sha256, 'sha256')
    await authenticate(ctx, request)
    const module = await readBody(request, maxBytes)
    const actual = sha256Hex(module)
    if (actual !== algorithm) throw new AlgorithmMismatchError(algorithm, actual)
    await storeAlgorithm(ctx, algorithm, new Uint8Array(module))
    sendJson(response, { algorithm } satisfies StoredAlgorithm)
  })
}
