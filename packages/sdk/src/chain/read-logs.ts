import type { Address } from '@gristmill/protocol'
import { isError, type Log, type TopicFilter } from 'ethers'
import type { Connection } from '../connection.js'
import { ChainUnreachableError, LogsRefusedError } from '../errors/chain-errors.js'
import { toTypedError } from '../errors/to-typed-error.js'
import { logPaceOf } from './log-pace.js'
import { onChain } from './on-chain.js'

export interface ReadLogsParams {
  address: Address
  topics: TopicFilter
  /** Block numbers, both included. */
  fromBlock: number
  toBlock: number | 'latest'
  /** Default: the oldest first. */
  order?: 'oldest-first' | 'newest-first'
}

/** Waits before a single block is asked for again: a node that is only too busy gets over it. */
const RETRY_AFTER_MS = [250, 500, 1_000]

/** Most times in a row that a node is waited for in vain, each as long as the provider waits. */
const TIMEOUTS_MAX = 3

/**
 * Logs, in as few pages as the node allows: it halves the range of blocks where the node refuses, whatever its reason, and
 * tries more again later. Stop reading when there is enough.
 */
export async function* readLogs(
  connection: Connection,
  params: ReadLogsParams,
): AsyncGenerator<Log[], void, undefined> {
  const { address, topics, toBlock, order = 'oldest-first' } = params
  const { provider } = connection
  const pace = logPaceOf(provider)
  const head = toBlock === 'latest' ? await onChain(() => provider.getBlockNumber()) : toBlock
  let low = params.fromBlock
  let high = head
  let failures: readonly Failure[] = []
  while (low <= high) {
    const blocks = Math.min(pace.blocks, high - low + 1)
    const from = order === 'oldest-first' ? low : high - blocks + 1
    const to = from + blocks - 1
    let logs: Log[]
    try {
      // A block may have come since its number was asked for; what is in it counts too.
      logs = await provider.getLogs({ address, topics, fromBlock: from, toBlock: to === head ? toBlock : to })
    } catch (error) {
      failures = [...failures, { error, fromBlock: from, blocks }]
      await goOn(failures)
      pace.refused(blocks)
      continue
    }
    failures = []
    pace.succeeded(blocks)
    if (order === 'oldest-first') low = to + 1
    else high = from - 1
    if (logs.length > 0) yield order === 'oldest-first' ? logs : logs.toReversed()
  }
}

interface Failure {
  error: unknown
  fromBlock: number
  blocks: number
}

/** Returns if it is worth asking again after these failures in a row, throws otherwise. */
async function goOn(failures: readonly Failure[]): Promise<void> {
  const { error, fromBlock } = failures.at(-1) as Failure
  const typed = toTypedError(error)
  if (typed instanceof ChainUnreachableError && !isRefusal(error)) throw typed
  const latest = failures.slice(-TIMEOUTS_MAX)
  if (latest.length === TIMEOUTS_MAX && latest.every((failure) => isError(failure.error, 'TIMEOUT'))) throw typed
  const single = failures.filter(({ blocks }) => blocks === 1).length
  if (single === 0) return
  const afterMs = RETRY_AFTER_MS[single - 1]
  if (afterMs === undefined) throw new LogsRefusedError(fromBlock, error)
  await new Promise((resolve) => setTimeout(resolve, afterMs))
}

/** A node that answers with an HTTP error is there, and one that is late may have had too much to do. */
function isRefusal(error: unknown): boolean {
  return isError(error, 'TIMEOUT') || (isError(error, 'SERVER_ERROR') && error.response !== undefined)
}

/** Of a whole range, at once; for ranges or topics whose logs are few. */
export async function readAllLogs(connection: Connection, params: ReadLogsParams): Promise<Log[]> {
  const all: Log[] = []
  for await (const logs of readLogs(connection, params)) all.push(...logs)
  return all
}
