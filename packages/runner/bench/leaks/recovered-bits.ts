/** Standard deviations above guessing from which a guess counts. */
const SIGNIFICANCE = 3

/**
 * Bits that a guess tells of a secret of fair bits, above what chance would: n (1 - H(m/n)) for m right ones of n, the
 * capacity of a binary symmetric channel; 0 where so many right ones could well be luck.
 */
export function recoveredBits(guess: readonly number[], secret: readonly number[]): number {
  const n = Math.min(guess.length, secret.length)
  let right = 0
  for (let at = 0; at < n; at++) if (guess[at] === secret[at]) right++
  if (right - n / 2 < (SIGNIFICANCE * Math.sqrt(n)) / 2 || n === 0) return 0
  return n * (1 - entropy(right / n))
}

function entropy(p: number): number {
  return p === 0 || p === 1 ? 0 : -p * Math.log2(p) - (1 - p) * Math.log2(1 - p)
}
