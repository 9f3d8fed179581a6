import { canonicalHash, canonicalJson } from '../canonical-json.js'
import type { Hex } from '../hex.js'
import type { Family } from './family.js'

/** Programs of the runner's own that a policy with the mode trusted-dp may name. */
export const TRAINERS = ['dp-logistic-regression', 'dp-linear-regression', 'dp-histogram'] as const
/** One of `TRAINERS`. */
export type Trainer = (typeof TRAINERS)[number]

/** Least weight of the squared coefficients in the loss, in millionths: less would take too many passes over the rows. */
const LAMBDA_MICROS_MIN = 100

/** Parameters of each trainer, with the least that each may be. */
const PARAMETERS: Readonly<Record<Trainer, Readonly<Record<string, number>>>> = {
  'dp-logistic-regression': { lambdaMicros: LAMBDA_MICROS_MIN },
  'dp-linear-regression': { lambdaMicros: 1 },
  'dp-histogram': {},
}

/** What each trainer learns. */
const FAMILIES: Readonly<Record<Trainer, Family>> = {
  'dp-logistic-regression': 'linear',
  'dp-linear-regression': 'linear',
  'dp-histogram': 'histogram',
}

const descriptorOf = (trainer: Trainer) => ({ trainer, version: 1 })

/** What stands for a trainer where an algorithm's bytes do: the RFC 8785 JSON of its name and version. */
export function trainerBytes(trainer: Trainer): Uint8Array {
  return new TextEncoder().encode(canonicalJson(descriptorOf(trainer)))
}

/** The digest by which a policy and an order name a trainer: sha256 of its bytes. */
export function trainerDigest(trainer: Trainer): Hex {
  return canonicalHash(descriptorOf(trainer))
}

/** The trainer of a digest; undefined for any other algorithm. */
export function trainerOf(digest: Hex): Trainer | undefined {
  return TRAINERS.find((trainer) => trainerDigest(trainer) === digest)
}

/** Parameters of a trainer, with the least that each may be. */
export function trainerParameters(trainer: Trainer): Readonly<Record<string, number>> {
  return PARAMETERS[trainer]
}

/** The family of the models that a trainer learns. */
export function trainerFamily(trainer: Trainer): Family {
  return FAMILIES[trainer]
}
