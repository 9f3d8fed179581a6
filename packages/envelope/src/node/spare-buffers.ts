/**
 * Buffers of one size that are used again: given to the garbage collector, so many bytes would make it run all the time, over
 * everything else that is in memory.
 */
export class SpareBuffers {
  readonly #sizeBytes: number
  readonly #spareMax: number
  readonly #spare: Uint8Array[] = []

  /** Keeps `spareMax` at most while nobody uses them. */
  constructor(sizeBytes: number, spareMax: number) {
    this.#sizeBytes = sizeBytes
    this.#spareMax = spareMax
  }

  /** A buffer with anything in it. */
  take(): Uint8Array {
    return this.#spare.pop() ?? Buffer.allocUnsafeSlow(this.#sizeBytes)
  }

  /** Takes back one that nobody uses any more. */
  give(buffer: Uint8Array): void {
    if (this.#spare.length < this.#spareMax) this.#spare.push(buffer)
  }
}
