/** floor(a * b / denominator) for values that are not negative. */
export function mulDivDown(a: bigint, b: bigint, denominator: bigint): bigint {
  return (a * b) / denominator
}

/** ceil(a * b / denominator) for values that are not negative. */
export function mulDivUp(a: bigint, b: bigint, denominator: bigint): bigint {
  return (a * b + denominator - 1n) / denominator
}
