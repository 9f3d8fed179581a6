import type { Address, DatatrustCard } from '@gristmill/protocol'
import type { Express } from 'express'
import type { Context } from '../../context.js'
import { sendJson } from '../send.js'

/** GET /v1/datatrust: who serves here, on which chain, within which limits. */
export function getCard(app: Express, { config, chain, secrets, executor }: Context): void {
  const { runtimeDigest, limits } = executor.capabilities()
  const card = (): DatatrustCard => ({
    datatrust: config.datatrust,
    chainId: chain.ordersDomain.chainId,
    orders: chain.ordersDomain.verifyingContract,
    listings: chain.listingsDomain.verifyingContract,
    signer: secrets.signer.address as Address,
    publicKey: secrets.openpgp.publicKey,
    runtimeDigest,
    maxAssetBytes: config.limits.maxAssetBytes,
    maxAlgorithmBytes: Math.min(config.limits.maxAlgorithmBytes, limits.moduleBytes),
  })
  app.get('/v1/datatrust', (_request, response) => sendJson(response, card()))
}
