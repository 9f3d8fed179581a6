/** Every fifth row goes to the other part. */
const KEEP_EVERY = 5

export interface Split {
  /** Both with the header. */
  records: Uint8Array
  unseen: Uint8Array
  /** Without the header. */
  lines: number
}

/** Divides a CSV by lines, four fifths to one fifth, in the same way every time. */
export function splitRows(csv: Uint8Array): Split {
  const [header = '', ...rows] = new TextDecoder()
    .decode(csv)
    .split(/\r?\n/)
    .filter((line) => line !== '')
  const isKept = (index: number): boolean => index % KEEP_EVERY === KEEP_EVERY - 1
  const join = (lines: string[]) => new TextEncoder().encode(`${[header, ...lines].join('\n')}\n`)
  return {
    records: join(rows.filter((_, index) => !isKept(index))),
    unseen: join(rows.filter((_, index) => isKept(index))),
    lines: rows.length,
  }
}
