import type { Connection } from '../connection.js'
import { onChain } from './on-chain.js'

/** Chains that are never still are read as they come after so many tries. */
const TRIES = 3

/**
 * Runs several reads so that all of them see the same block, if the chain leaves the time for it. Reads at `latest`, not at
 * a number: a local chain without transactions tells only there how late it is.
 */
export async function asOfOneBlock<T>({ provider }: Connection, read: () => Promise<T>): Promise<T> {
  return onChain(async () => {
    let before = await provider.getBlockNumber()
    for (let tries = 1; ; tries += 1) {
      const answer = await read()
      const after = await provider.getBlockNumber()
      if (before === after || tries === TRIES) return answer
      before = after
    }
  })
}
