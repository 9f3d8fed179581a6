import { RangeNotSatisfiableError } from './request-errors.js'

export interface ByteRange {
  start: number
  /** First byte after the range. */
  end: number
}

/**
 * The one range that a header asks for (RFC 9110); undefined, which means the whole, for none, several or a malformed
 * one. Throws RangeNotSatisfiableError for one that has no byte.
 */
export function rangeOf(header: string | undefined, sizeBytes: number): ByteRange | undefined {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/i.exec(header ?? '') ?? []
  if (first === undefined || last === undefined || (first === '' && last === '')) return undefined
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined
  const start = first === '' ? Math.max(0, sizeBytes - Number(last)) : Number(first)
  const end = first === '' || last === '' ? sizeBytes : Math.min(sizeBytes, Number(last) + 1)
  if (start >= end) throw new RangeNotSatisfiableError(sizeBytes)
  return { start, end }
}
