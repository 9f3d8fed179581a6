import { dimensionsOf, histogramGroups, type Policy, parametersIn, scoresOf, type Trainer } from '@gristmill/protocol'
import { sumsOf } from '../executors/trainer/linear-regression.js'
import type { ModelTensor } from '../model/values.js'
import { binsOf, histogram } from './histogram.js'
import type { Keystream } from './keystream.js'
import { regress } from './linear-regression.js'
import { perturb } from './output-perturbation.js'

type TrustedPolicy = Pick<Policy, 'table' | 'artifact'>
type Trusted = Extract<Policy['privacy'], { mode: 'trusted-dp' }>

/** Numbers that a trainer writes: what the noise is added to, not always what is released. */
export function trainerOutputs(trainer: Trainer, policy: TrustedPolicy): number {
  const { table, artifact } = policy
  const dimensions = dimensionsOf(table)
  switch (trainer) {
    case 'dp-logistic-regression':
      return parametersIn(artifact)
    case 'dp-linear-regression':
      return sumsOf(dimensions + 1, scoresOf(table))
    case 'dp-histogram':
      return histogramGroups(table, binsOf(policy)) * dimensions * binsOf(policy)
  }
}

/** What a trainer is given beside its own parameters: how long rows may be, or into how many bins numbers are cut. */
export function trainerInput(trainer: Trainer, policy: TrustedPolicy, { clipMicros }: Trusted): Record<string, number> {
  return trainer === 'dp-histogram' ? { bins: binsOf(policy) } : { clipMicros }
}

export interface TrainedParams {
  policy: TrustedPolicy
  privacy: Trusted
  parameters: Readonly<Record<string, number>>
  /** Trained on. */
  rows: number
  output: Uint8Array
  noise: Keystream
}

/** What a trainer has written, as a model with noise. */
export function releaseTrained(trainer: Trainer, { parameters, ...params }: TrainedParams): ModelTensor[] {
  const { lambdaMicros = 0 } = parameters
  switch (trainer) {
    case 'dp-logistic-regression':
      return perturb({ ...params, lambdaMicros })
    case 'dp-linear-regression':
      return regress({ ...params, lambdaMicros })
    case 'dp-histogram':
      return histogram(params)
  }
}
