export interface ByteRange {
  start: number
  /** First byte after the range. */
  end: number
}

/** The one range that a header asks for; undefined, which means the whole, for none, several or a malformed one. */
export function rangeOf(header: string | undefined, sizeBytes: number): ByteRange | undefined {
  const [, first, last] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '') ?? []
  if (first === undefined || last === undefined || (first === '' && last === '')) return undefined
  const start = first === '' ? Math.max(0, sizeBytes - Number(last)) : Number(first)
  const end = first === '' || last === '' ? sizeBytes : Math.min(sizeBytes, Number(last) + 1)
  return start < end ? { start, end } : undefined
}
