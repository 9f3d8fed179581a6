import type { z } from 'zod'
import { ProtocolError } from '../error.js'
import { type Policy, policySchema } from './policy.js'

/** One fault of a policy document. */
export interface PolicyIssue {
  /** Where, as `artifact.tensors.0.shape`; empty for the document itself. */
  path: string
  message: string
  /** Name of the broken rule, for contradictions. */
  rule?: string
}

abstract class PolicyError extends ProtocolError {
  readonly issues: readonly PolicyIssue[]

  constructor(summary: string, issues: readonly PolicyIssue[]) {
    super(`${summary}: ${issues.map(({ path, message }) => `${path || 'document'}: ${message}`).join('; ')}`, {
      details: { issues },
    })
    this.issues = issues
  }
}

/**
 * A document is not a policy: a field is missing, unknown or of the wrong kind.
 *
 * @remedy Correct the fields that `issues` names.
 */
export class PolicyMalformedError extends PolicyError {
  readonly code = 'POLICY_MALFORMED'

  constructor(issues: readonly PolicyIssue[]) {
    super('not a policy document, correct it', issues)
  }
}

/**
 * A policy asks for something that this version does not do, so it must not pretend to.
 *
 * @remedy Take out what `issues` names: this version could not enforce it.
 */
export class PolicyUnsupportedError extends PolicyError {
  readonly code = 'POLICY_UNSUPPORTED'

  constructor(issues: readonly PolicyIssue[]) {
    super('the policy asks for what this version does not enforce, take it out', issues)
  }
}

/**
 * Parts of a policy contradict each other.
 *
 * @remedy Correct the parts that `issues` names, with the broken `rule` of each.
 */
export class PolicyContradictionError extends PolicyError {
  readonly code = 'POLICY_CONTRADICTION'

  constructor(issues: readonly PolicyIssue[]) {
    super('the policy contradicts itself, correct it', issues)
  }
}

/** The policy in a parsed JSON document; throws what is wrong with it. */
export function parsePolicy(document: unknown): Policy {
  const result = policySchema.safeParse(document)
  if (result.success) return result.data
  const { issues } = result.error
  const described = issues.map(describe)
  if (issues.some((issue) => paramsOf(issue).unsupported)) throw new PolicyUnsupportedError(described)
  if (issues.every((issue) => paramsOf(issue).rule)) throw new PolicyContradictionError(described)
  throw new PolicyMalformedError(described)
}

function describe(issue: z.core.$ZodIssue): PolicyIssue {
  const { rule } = paramsOf(issue)
  return {
    path: issue.path.map(String).join('.'),
    message: issue.message,
    ...(typeof rule === 'string' ? { rule } : {}),
  }
}

function paramsOf(issue: z.core.$ZodIssue): Record<string, unknown> {
  return issue.code === 'custom' ? (issue.params ?? {}) : {}
}
