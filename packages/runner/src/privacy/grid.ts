/** Noise is added to whole multiples of 2^-24: as fine as a float32 at 1, finer than any value that is released. */
const UNITS = 2 ** 24

/** A finite value as the nearest whole number of units. */
export function toUnits(value: number): bigint {
  return BigInt(Math.round(value * UNITS))
}

/** What `units` over `divisor` stand for. */
export function fromUnits(units: bigint, divisor = 1): number {
  return Number(units) / (UNITS * divisor)
}

/** The value within a closed range that is nearest to `value`; of what is no number, to 0. */
export function clamp(value: number, [least, most]: readonly [number, number]): number {
  return Math.min(most, Math.max(least, Number.isNaN(value) ? 0 : value))
}
