import type { MarketId } from '@gristmill/protocol'
import { cursorOf, type LogCursor, parseCursor } from '../chain/log-cursor.js'
import { pageSizeOf } from '../chain/page-size.js'
import { readLogs } from '../chain/read-logs.js'
import type { Connection } from '../connection.js'
import { type Poll, readPoll } from './get-poll.js'

/** What `client.curation.polls` takes. */
export interface ListPollsParams {
  /** Only those of this market. */
  market?: MarketId
  /** `true`: only those that nobody has resolved; `false`: only those that are over; default: both. */
  open?: boolean
  /** 1 to 100; default 20. */
  limit?: number
  /** `next` of the page before. */
  after?: LogCursor
}

/** What `client.curation.polls` gives. */
export interface ListPollsResult {
  polls: Poll[]
  /** Absent on the last page. */
  next?: LogCursor
}

/** A page of the polls on the chain, the newest first. */
export async function listPolls(connection: Connection, params: ListPollsParams = {}): Promise<ListPollsResult> {
  const { market, open } = params
  const limit = pageSizeOf(params.limit)
  const { toBlock, isSeen } = parseCursor(params.after)
  const { interface: curation } = connection.contracts.curation
  const topics = [curation.getEvent('PollOpened').topicHash, null, market ?? null]
  const { curation: address, deployedAtBlock: fromBlock } = connection.deployment
  const polls: Poll[] = []
  let next: LogCursor | undefined
  for await (const logs of readLogs(connection, { address, topics, fromBlock, toBlock, order: 'newest-first' })) {
    const unseen = logs.filter((log) => !isSeen(log))
    // As many as fit a page are asked for at once.
    for (let start = 0; start < unseen.length; start += limit) {
      const page = unseen.slice(start, start + limit).map(async (log) => {
        const blocks = { fromBlock: log.blockNumber, toBlock: log.blockNumber }
        return [log, await readPoll(connection, Number(log.topics[1]), blocks)] as const
      })
      for (const [log, poll] of await Promise.all(page)) {
        if (open !== undefined && open !== (poll.status === 'open')) continue
        if (polls.length === limit) return { polls, ...(next === undefined ? {} : { next }) }
        polls.push(poll)
        next = cursorOf(log)
      }
    }
  }
  return { polls }
}
