import type { OrderId } from '@gristmill/protocol'
import { readLogs } from '../chain/read-logs.js'
import type { Connection } from '../connection.js'
import { type Poll, readPoll } from './get-poll.js'

/** What `client.curation.disputeOf` takes. */
export interface DisputeOfParams {
  orderId: OrderId
  /** Block number before which it was not placed; saves a search. Default: that of the deployment. */
  fromBlock?: number
}

/** The poll on the run of an order; undefined if it was not contested here. */
export async function disputeOf(
  connection: Connection,
  { orderId, fromBlock = connection.deployment.deployedAtBlock }: DisputeOfParams,
): Promise<Poll | undefined> {
  const { interface: curation } = connection.contracts.curation
  const topics = [curation.getEvent('RunDisputed').topicHash, null, orderId]
  const query = { address: connection.deployment.curation, topics, fromBlock, toBlock: 'latest' } as const
  for await (const [log] of readLogs(connection, query)) {
    if (log === undefined) continue
    return readPoll(connection, Number(log.topics[1]), { fromBlock: log.blockNumber, toBlock: log.blockNumber })
  }
  return undefined
}
