/** Largest integer whose square is not above `value`; `value` must not be negative. */
export function isqrt(value: bigint): bigint {
  if (value < 2n) return value
  // Starting above the root makes every Newton step fall until the floor is reached.
  let root = 1n << BigInt((value.toString(2).length + 1) >> 1)
  for (;;) {
    const next = (root + value / root) >> 1n
    if (next >= root) return root
    root = next
  }
}
