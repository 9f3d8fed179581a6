/** What a test hands to an algorithm. */
export interface InputParts {
  rows?: number
  dimensions?: number
  parameters?: readonly number[]
  /** 0 for labels that are numbers. */
  classes?: 0 | 2
}

/**
 * The input buffer of ALGORITHM.md: labels 0, 1, 2, …, as numbers a quarter of these, features 0.5, 1.5, …, seed 7, 7, …,
 * two classes.
 */
export function inputOf({ rows = 3, dimensions = 2, parameters = [5, -7], classes = 2 }: InputParts = {}): Uint8Array {
  const labelsAt = 56 + 8 * parameters.length
  const featuresAt = labelsAt + (classes === 0 ? 8 * rows : 8 * Math.ceil(rows / 2))
  const bytes = new Uint8Array(featuresAt + 8 * rows * dimensions)
  const view = new DataView(bytes.buffer)
  for (const [index, value] of [rows, dimensions, classes, parameters.length].entries())
    view.setInt32(4 * index, value, true)
  bytes.fill(7, 24, 56)
  for (const [index, value] of parameters.entries()) view.setBigInt64(56 + 8 * index, BigInt(value), true)
  for (let row = 0; row < rows; row++) {
    if (classes === 0) view.setFloat64(labelsAt + 8 * row, row / 4, true)
    else view.setInt32(labelsAt + 4 * row, row, true)
  }
  for (let at = 0; at < rows * dimensions; at++) view.setFloat64(featuresAt + 8 * at, at + 0.5, true)
  return bytes
}

/** The values of an output buffer. */
export function valuesOf(output: Uint8Array | undefined): number[] {
  return output === undefined ? [] : [...new Float64Array(output.slice().buffer)]
}

export const textBytes = (text: string): Uint8Array => new TextEncoder().encode(text)
