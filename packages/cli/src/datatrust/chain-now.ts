import type { Client } from '@gristmill/sdk'

/** Unix seconds that a block mined now would carry, as far as the node tells. */
export async function chainNow({ provider }: Client): Promise<number> {
  // Not every node answers for the block to come.
  const pending = await provider.getBlock('pending').catch(() => null)
  const block = pending ?? (await provider.getBlock('latest'))
  return block?.timestamp ?? Math.floor(Date.now() / 1_000)
}
