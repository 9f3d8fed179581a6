import type { Log } from 'ethers'
import { InvalidParameterError } from '../errors/connection-errors.js'

/** Where a page that was read from the chain's logs ended: `block.position`. */
export type LogCursor = string

/** Cursor of the page that ends with `log`. */
export function cursorOf({ blockNumber, index }: Pick<Log, 'blockNumber' | 'index'>): LogCursor {
  return `${blockNumber}.${index}`
}

/** Newest block to read for what comes after a cursor, and which of its logs were seen. */
export function parseCursor(after: LogCursor | undefined): {
  toBlock: number | 'latest'
  isSeen: (log: Log) => boolean
} {
  if (after === undefined) return { toBlock: 'latest', isSeen: () => false }
  const match = /^(\d{1,15})\.(\d{1,15})$/.exec(after)
  if (match === null) throw new InvalidParameterError('after', 'is no cursor: pass `next` of the page before.')
  const [block, index] = [Number(match[1]), Number(match[2])]
  return { toBlock: block, isSeen: (log) => log.blockNumber === block && log.index >= index }
}
