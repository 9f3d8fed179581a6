/** A reproducible source of choices. */
export interface Random {
  /** An integer in [0, below). */
  below(below: number): number
  /** An amount in [0, max], often near the ends. */
  amount(max: bigint): bigint
  pick<T>(from: readonly T[]): T | undefined
}

/** Choices that `seed` (32 bits) alone decides. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0
  const next = (): number => {
    // A Weyl sequence with a mixing of its own: quality enough to wander.
    state = (state + 0x9e3779b9) >>> 0
    let mixed = state
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return (mixed ^ (mixed >>> 15)) >>> 0
  }
  const below = (limit: number): number => next() % limit
  return {
    below,
    amount(max) {
      const shape = below(8)
      if (shape === 0) return max
      if (shape === 1) return max < 3n ? max : BigInt(1 + below(3))
      return (max * BigInt(below(1_000_000))) / 1_000_000n
    },
    pick: (from) => from[from.length === 0 ? 0 : below(from.length)],
  }
}
