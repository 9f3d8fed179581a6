import type { Connection } from '../connection.js'
import { onChain } from './on-chain.js'

/** Unix seconds for deadlines: the latest of the chain's clock, its next block's and ours. */
export async function chainTime({ provider }: Connection): Promise<number> {
  // Not every node answers for the block to come; a local chain whose clock was moved tells it only there.
  const pending = provider.getBlock('pending').catch(() => null)
  const [latest, next] = await onChain(() => Promise.all([provider.getBlock('latest'), pending]))
  return Math.max(latest?.timestamp ?? 0, next?.timestamp ?? 0, Math.floor(Date.now() / 1000))
}
