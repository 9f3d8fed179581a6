import { parameterRanges, readAlgorithm } from '@gristmill/example-logistic-regression'
import type { AllowedAlgorithm, Hex } from '@gristmill/protocol'
import { sha256 } from 'ethers'

/** The one algorithm that the demo's maker lets run, with the ranges of its parameters. */
export async function allowedAlgorithm(): Promise<AllowedAlgorithm> {
  return { digest: sha256(await readAlgorithm()) as Hex, runtime: 'wasm', parameters: { ...parameterRanges } }
}
