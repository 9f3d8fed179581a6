import { createHash } from 'node:crypto'

/** Repeatable random numbers: the same seed gives the same sequence. */
export class Random {
  readonly #seed: number
  #count = 0

  constructor(seed: number) {
    this.#seed = seed
  }

  /** 0 .. 2^256 - 1 */
  word(): bigint {
    this.#count += 1
    return BigInt(`0x${createHash('sha256').update(`${this.#seed} ${this.#count}`).digest('hex')}`)
  }

  chance(probability: number): boolean {
    return this.below(2 ** 32) < probability * 2 ** 32
  }

  /** 0 .. bound - 1 */
  below(bound: number): number {
    return Number(this.word() % BigInt(bound))
  }

  /** 0 .. bound */
  upTo(bound: bigint): bigint {
    return this.word() % (bound + 1n)
  }

  /** 1 .. 2^bits - 1, every number of bits equally likely: small values are as frequent as large ones. */
  magnitude(bits: number): bigint {
    return 1n + this.upTo(2n ** BigInt(1 + this.below(bits)) - 2n)
  }

  /** min .. max, evenly or with every magnitude above `min` equally likely. */
  between(min: bigint, max: bigint, isEven: boolean): bigint {
    const width = max - min
    return min + (isEven ? this.upTo(width) : this.magnitude(width.toString(2).length) % (width + 1n))
  }

  pick<T>(values: readonly T[]): T {
    return values[this.below(values.length)] as T
  }
}
