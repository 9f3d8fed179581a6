import { createHash, randomBytes } from 'node:crypto'

const MINUTE_MS = 60_000
const ROWS = 2
const COLUMNS = 2 ** 16

export interface Count {
  /** Requests in this window, the one just counted included; never too few. */
  requests: number
  /** When the window ends, ms since the epoch. */
  endsAtMs: number
}

/**
 * Requests of a minute by key, in half a megabyte whatever the number of keys: a count-min sketch (Cormode and
 * Muthukrishnan, 2005). Two keys share a count only if two hashes with a secret of this process agree, so nobody chooses
 * whose count to spoil.
 */
export class RequestCounts {
  readonly #secret = randomBytes(16)
  readonly #rows = Array.from({ length: ROWS }, () => new Uint32Array(COLUMNS))
  #endsAtMs = 0

  /** Counts one request. */
  add(key: string): Count {
    const nowMs = Date.now()
    // A clock that was set back does not make a window longer.
    if (nowMs >= this.#endsAtMs || this.#endsAtMs > nowMs + MINUTE_MS) {
      for (const row of this.#rows) row.fill(0)
      this.#endsAtMs = nowMs + MINUTE_MS
    }
    const digest = createHash('sha256').update(this.#secret).update(key).digest()
    const counts = this.#rows.map((row, index) => {
      const column = digest.readUInt32LE(4 * index) % COLUMNS
      row[column] = (row[column] ?? 0) + 1
      return row[column]
    })
    return { requests: Math.min(...counts), endsAtMs: this.#endsAtMs }
  }
}
