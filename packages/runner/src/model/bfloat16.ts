/**
 * Nearest bfloat16, ties to even, in one rounding from the double: going through a float32 would round twice.
 * Overflows to infinity; -0 becomes 0.
 */
export function toBfloat16(value: number): number {
  if (!Number.isFinite(value)) return value
  const magnitude = Math.abs(value)
  // Numbers below 2^-126 share the spacing of the smallest normal ones.
  const exponent = Math.max(exponentOf(magnitude), -126)
  const ulp = 2 ** (exponent - 7)
  const rounded = roundHalfToEven(magnitude / ulp) * ulp
  if (rounded === 0) return 0
  return Math.sign(value) * (rounded >= 2 ** 128 ? Number.POSITIVE_INFINITY : rounded)
}

/** The 16 bits of a number on the bfloat16 grid. */
export function bfloat16Bits(value: number): number {
  scratch.setFloat32(0, value)
  return scratch.getUint16(0)
}

/** The number that 16 bits stand for. */
export function fromBfloat16Bits(bits: number): number {
  scratch.setUint32(0, bits << 16)
  return scratch.getFloat32(0)
}

const scratch = new DataView(new ArrayBuffer(8))

/** floor(log2(x)) of a positive double, -1023 for subnormal ones and 0. */
function exponentOf(value: number): number {
  scratch.setFloat64(0, value)
  return ((scratch.getUint16(0) >> 4) & 0x7ff) - 1023
}

/** Of a non-negative number below 2^52. */
function roundHalfToEven(value: number): number {
  const floor = Math.floor(value)
  const rest = value - floor
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor
}
