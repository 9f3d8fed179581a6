import type { Problem, ProtocolError } from '@gristmill/protocol'

/** The answer to an error whose status is known (RFC 9457). */
export function problemOf(error: ProtocolError, status: number): Problem {
  return {
    type: 'about:blank',
    title: error.name.replace(/Error$/, '').replace(/(?<=[a-z])(?=[A-Z])/g, ' '),
    status,
    detail: error.message,
    code: error.code,
    details: { ...error.details },
    retryable: error.retryable,
  }
}
