export { ticTacToeCsv } from './tic-tac-toe.js'

import { readFile } from 'node:fs/promises'

/** The module's file, built from assembly/. */
export const algorithmUrl = new URL('./logistic-regression.wasm', import.meta.url)

/** What a policy should allow for this algorithm. */
export const parameterRanges = {
  /** Passes over the data. */
  epochs: { min: 1, max: 20_000 },
  /** Weight of the squared coefficients in the loss, in millionths. */
  l2Micros: { min: 0, max: 10_000_000 },
  /** Share of the largest step that cannot diverge, in millionths. */
  learningRateMicros: { min: 1, max: 1_000_000 },
} as const

/** Good for small tables. */
export const defaultParameters = { epochs: 2_000, l2Micros: 100, learningRateMicros: 1_000_000 } as const

/** The module, to be sent to the data. */
export async function readAlgorithm(): Promise<Uint8Array> {
  return readFile(algorithmUrl)
}
