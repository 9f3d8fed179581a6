import { InvalidParameterError } from '../errors/connection-errors.js'

const PAGE_SIZE = 20
const PAGE_SIZE_MAX = 100

/** Entries of one page: 1 to 100, default 20. */
export function pageSizeOf(limit: number = PAGE_SIZE): number {
  if (Number.isInteger(limit) && limit >= 1 && limit <= PAGE_SIZE_MAX) return limit
  throw new InvalidParameterError('limit', `is a number of 1 to ${PAGE_SIZE_MAX}.`)
}
