/** Seconds by which a chain's time is taken back at most where that is no more than a wrong guess of ours. */
const GUESS_SECONDS = 60

/**
 * The chain's time between two looks at it: our clock, set forward by what the chain was ahead when it was seen. What was told
 * once stays told: a look that finds the chain less far ahead, as after each block, makes time stand still, not go back. Only a
 * chain that was itself taken back, by more than a minute, takes it along.
 */
export class ChainClock {
  readonly #now: () => number
  #aheadSeconds = 0
  #told = 0

  /** `now` is our clock, Unix seconds. */
  constructor(now: () => number) {
    this.#now = now
  }

  /** The chain's time as it is just seen, Unix seconds. */
  see(chainSeconds: number): void {
    this.#aheadSeconds = Math.max(0, chainSeconds - this.#now())
    if (this.#told - this.#guess() > GUESS_SECONDS) this.#told = 0
  }

  /** Unix seconds. */
  time(): number {
    this.#told = Math.max(this.#told, this.#guess())
    return this.#told
  }

  #guess(): number {
    return this.#now() + this.#aheadSeconds
  }
}
