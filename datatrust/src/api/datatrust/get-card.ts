import type { Address, DatatrustCard } from '@gristmill/protocol'
import type { Executors } from '@gristmill/runner'
import type { Express } from 'express'
import { maxAlgorithmBytes } from '../../algorithms/algorithm.js'
import type { Context } from '../../context.js'
import { sendJson } from '../send.js'

/** GET /v1/datatrust: who serves here, on which chain, within which limits. */
export function getCard(app: Express, ctx: Context): void {
  const { config, chain, secrets, executors } = ctx
  const card = (): DatatrustCard => ({
    datatrust: config.datatrust,
    chainId: chain.ordersDomain.chainId,
    orders: chain.ordersDomain.verifyingContract,
    listings: chain.listingsDomain.verifyingContract,
    signer: secrets.signer.address as Address,
    publicKey: secrets.openpgp.publicKey,
    runtimes: runtimesOf(executors),
    maxAssetBytes: config.limits.maxAssetBytes,
    maxAlgorithmBytes: maxAlgorithmBytes(ctx),
  })
  app.get('/v1/datatrust', (_request, response) => sendJson(response, card()))
}

function runtimesOf({ all, of }: Executors): DatatrustCard['runtimes'] {
  const runtimes = new Set(all.flatMap((executor) => executor.capabilities().runtimes))
  return [...runtimes].map((runtime) => {
    const { name: executor, deterministic, isolation, runtimeDigest } = of(runtime).capabilities()
    return { runtime, executor, deterministic, isolation, runtimeDigest }
  })
}
