import type { RecordReader } from './record-reader.js'

/**
 * So many readers are open at once, however many there are: each holds memory and a file or a connection. One that is not being
 * used makes room for one that is needed and reads on later; if all are being used, who came first is next.
 */
export class ReaderSeats {
  readonly #seats: number
  /** Open and not being used, the one that was used longest ago first. */
  readonly #idle = new Set<RecordReader>()
  readonly #waiting: (() => void)[] = []
  #busy = 0

  constructor(seats: number) {
    this.#seats = seats
  }

  /** Returns when the reader may be used. */
  async enter(reader: RecordReader): Promise<void> {
    const isOpen = this.#idle.delete(reader)
    if (!isOpen && this.#busy + this.#idle.size >= this.#seats) {
      const [oldest] = this.#idle
      if (oldest === undefined) return new Promise((resolve) => this.#waiting.push(resolve))
      this.#vacate(oldest)
    }
    this.#busy += 1
  }

  /** Says that the reader is not being used for now. */
  leave(reader: RecordReader): void {
    const next = this.#waiting.shift()
    if (next === undefined) {
      this.#busy -= 1
      this.#idle.add(reader)
      return
    }
    this.#vacate(reader)
    next()
  }

  /** Says that a reader that is not being used will not be any more. */
  async dismiss(reader: RecordReader): Promise<void> {
    this.#idle.delete(reader)
    await reader.close()
  }

  #vacate(reader: RecordReader): void {
    this.#idle.delete(reader)
    // Nobody waits for the store to close what nobody reads.
    reader.close().catch(() => undefined)
  }
}
