import hre from 'hardhat'
import { type Chain, chainOver } from '../test/trade/chain.ts'

const STARTS_AT = new Date('2030-01-01T00:00:00Z')
const BLOCK_SECONDS = 12n
/** Enough for the bench's own roles and for twenty makers. */
const ACCOUNTS = 40
/** Of every transaction, so that none is tried out before it is sent. Gas used does not depend on it. */
const GAS_LIMIT = 16_000_000

/**
 * A chain on which nothing depends on when or where it runs: known accounts, a known start, and every block 12 seconds
 * after the one before. Gas depends on times, as a zero byte of calldata is cheaper than another.
 */
export async function openClockedChain(): Promise<Chain> {
  const connection = await hre.network.create({
    override: { initialDate: STARTS_AT, accounts: { count: ACCOUNTS }, gas: GAS_LIMIT },
  })
  const chain = chainOver(connection.ethers)
  hre.hooks.registerHandlers('network', {
    async onRequest(context, networkConnection, request, next) {
      const isOurs = networkConnection.id === connection.id
      if (isOurs && request.method === 'eth_sendTransaction')
        await chain.nextBlockAt((await chain.now()) + BLOCK_SECONDS)
      return next(context, networkConnection, request)
    },
  })
  return chain
}
