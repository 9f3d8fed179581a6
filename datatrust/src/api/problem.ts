import type { Problem, ProtocolError } from '@gristmill/protocol'

/** Where a code is told: an anchor of the page that every datatrust serves, and of docs/errors.md. */
const typeOf = (code: string): string => `/v1/docs#${code}`

/** The answer to a fault of ours: it says nothing more. */
export const INTERNAL_PROBLEM: Problem = {
  type: typeOf('INTERNAL'),
  title: 'Internal error',
  status: 500,
  code: 'INTERNAL',
}

/** The answer to an error whose status is known (RFC 9457). */
export function problemOf(error: ProtocolError, status: number): Problem {
  return {
    type: typeOf(error.code),
    title: error.name.replace(/Error$/, '').replace(/(?<=[a-z])(?=[A-Z])/g, ' '),
    status,
    detail: error.message,
    code: error.code,
    details: { ...error.details },
    retryable: error.retryable,
  }
}
