import type { Connection } from '../connection.js'
import { onChain } from './on-chain.js'

/** Unix seconds for deadlines: the later of the chain's clock and ours, since a local chain may run ahead. */
export async function chainTime({ provider }: Connection): Promise<number> {
  const block = await onChain(() => provider.getBlock('latest'))
  return Math.max(block?.timestamp ?? 0, Math.floor(Date.now() / 1000))
}
