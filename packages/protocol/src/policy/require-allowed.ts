import { canonicalHash } from '../canonical-json.js'
import { ProtocolError } from '../error.js'
import type { Hex } from '../hex.js'
import type { AllowedAlgorithm, Policy } from './policy.js'

/** A policy does not let an algorithm run. */
export class AlgorithmNotAllowedError extends ProtocolError {
  readonly code = 'ALGORITHM_NOT_ALLOWED'

  constructor(algorithm: Hex, allowed: readonly Hex[]) {
    super(`the policy does not allow the algorithm ${algorithm}; use one of ${allowed.join(', ')} or ask the maker`, {
      details: { algorithm, allowed },
    })
  }
}

/**
 * A parameter is missing, unknown, not an integer or out of its range.
 *
 * @remedy Pass an integer within the range that the policy gives for each of its parameters, and no others.
 */
export class ParameterError extends ProtocolError {
  readonly code = 'BAD_PARAMETER'

  constructor(parameter: string, value: unknown, expected: string) {
    super(`parameter "${parameter}" is ${value === undefined ? 'missing' : String(value)}; expected ${expected}`, {
      details: { parameter, value: typeof value === 'number' ? value : String(value), expected },
    })
  }
}

/** What a sponsor wants to run. */
export interface AllowedRun {
  algorithm: Hex
  parameters: Readonly<Record<string, number>>
}

/** The policy's entry for a run; throws if the algorithm or a parameter is outside what the policy allows. */
export function requireAllowed(
  policy: Pick<Policy, 'algorithms'>,
  { algorithm, parameters }: AllowedRun,
): AllowedAlgorithm {
  const allowed = policy.algorithms.find(({ digest }) => digest === algorithm.toLowerCase())
  if (allowed === undefined) {
    throw new AlgorithmNotAllowedError(
      algorithm,
      policy.algorithms.map(({ digest }) => digest),
    )
  }
  const unknown = Object.keys(parameters).find((name) => !Object.hasOwn(allowed.parameters, name))
  if (unknown !== undefined) {
    throw new ParameterError(
      unknown,
      parameters[unknown],
      `no such parameter, only ${parameterNames(allowed).join(', ') || 'an empty {}'}`,
    )
  }
  for (const name of parameterNames(allowed)) {
    const { min, max } = allowed.parameters[name]!
    const value = Object.hasOwn(parameters, name) ? parameters[name] : undefined
    if (value === undefined || !Number.isSafeInteger(value) || value < min || value > max) {
      throw new ParameterError(name, value, `an integer from ${min} to ${max}`)
    }
  }
  return allowed
}

/** Names of an algorithm's parameters in the order in which it gets them: ascending, by UTF-16 code units. */
export function parameterNames({ parameters }: Pick<AllowedAlgorithm, 'parameters'>): string[] {
  return Object.keys(parameters).sort()
}

/** What an order commits to: sha256 of the RFC 8785 JSON of the parameters. */
export function parametersHash(parameters: Readonly<Record<string, number>>): Hex {
  return canonicalHash(parameters)
}
