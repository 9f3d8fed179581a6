import type { Address, MarketId } from '@gristmill/protocol'
import { zeroPadValue } from 'ethers'
import { cursorOf, type LogCursor, parseCursor } from '../chain/log-cursor.js'
import { pageSizeOf } from '../chain/page-size.js'
import { readLogs } from '../chain/read-logs.js'
import type { Connection } from '../connection.js'

/** What `client.markets.list` takes. */
export interface ListMarketsParams {
  /** Only those that this account created. */
  creator?: Address
  /** Only those that count in this ERC-20. */
  asset?: Address
  /** 1 to 100; default 20. */
  limit?: number
  /** `next` of the page before. */
  after?: LogCursor
}

/** A market as its creation tells it; `get` knows what it holds now. */
export interface CreatedMarket {
  market: MarketId
  creator: Address
  asset: Address
  share: Address
  createdAtBlock: number
}

/** What `client.markets.list` gives. */
export interface ListMarketsResult {
  markets: CreatedMarket[]
  /** Absent on the last page. */
  next?: LogCursor
}

/** A page of the markets on the chain, the newest first. */
export async function listMarkets(connection: Connection, params: ListMarketsParams = {}): Promise<ListMarketsResult> {
  const { creator, asset } = params
  const { markets: contract } = connection.contracts
  const limit = pageSizeOf(params.limit)
  const { toBlock, isSeen } = parseCursor(params.after)
  const { topicHash } = contract.interface.getEvent('MarketCreated')
  const topics = [topicHash, null, topicOf(creator), topicOf(asset)]
  const { markets: address, deployedAtBlock: fromBlock } = connection.deployment
  const markets: CreatedMarket[] = []
  let next: LogCursor | undefined
  for await (const logs of readLogs(connection, { address, topics, fromBlock, toBlock, order: 'newest-first' })) {
    for (const log of logs) {
      if (isSeen(log)) continue
      if (markets.length === limit) return { markets, ...(next === undefined ? {} : { next }) }
      const event = contract.interface.decodeEventLog('MarketCreated', log.data, log.topics)
      markets.push({
        market: event.market as MarketId,
        creator: event.creator as Address,
        asset: event.asset as Address,
        share: event.share as Address,
        createdAtBlock: log.blockNumber,
      })
      next = cursorOf(log)
    }
  }
  return { markets }
}

function topicOf(address: Address | undefined): string | null {
  return address === undefined ? null : zeroPadValue(address, 32)
}
