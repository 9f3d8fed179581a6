export interface RidgeParams {
  /** A symmetric matrix: its rows from the diagonal on. */
  upper: Float64Array
  targets: readonly Float64Array[]
  /** Above 0; what is added to the diagonal, doubled until the matrix is positive definite. */
  ridge: number
}

/** Solves (matrix + ridge) w = target for every target, by Cholesky's decomposition. */
export function solveRidge({ upper, targets, ridge }: RidgeParams): Float64Array[] {
  const width = targets[0]?.length ?? 0
  for (let more = ridge; ; more *= 2) {
    const lower = decompose(upper, width, more)
    if (lower !== undefined) return targets.map((target) => substitute(lower, target))
  }
}

/** The lower factor, row by row; undefined if there is none. */
function decompose(upper: Float64Array, width: number, ridge: number): Float64Array | undefined {
  const lower = new Float64Array(width * width)
  const start = (row: number) => row * width - (row * (row - 1)) / 2
  for (let column = 0; column < width; column++) {
    for (let row = column; row < width; row++) {
      let value = upper[start(column) + row - column]! + (row === column ? ridge : 0)
      for (let k = 0; k < column; k++) value -= lower[row * width + k]! * lower[column * width + k]!
      if (row > column) lower[row * width + column] = value / lower[column * width + column]!
      else if (value > 1e-9 * ridge) lower[row * width + row] = Math.sqrt(value)
      else return undefined
    }
  }
  return lower
}

function substitute(lower: Float64Array, target: Float64Array): Float64Array {
  const width = target.length
  const values = target.slice()
  for (let row = 0; row < width; row++) {
    for (let k = 0; k < row; k++) values[row]! -= lower[row * width + k]! * values[k]!
    values[row]! /= lower[row * width + row]!
  }
  for (let row = width - 1; row >= 0; row--) {
    for (let k = row + 1; k < width; k++) values[row]! -= lower[k * width + row]! * values[k]!
    values[row]! /= lower[row * width + row]!
  }
  return values
}
