import { describe, expect, it } from 'vitest'
import { isProtocolError, ProtocolError } from './error.js'

class MillStoppedError extends ProtocolError {
  readonly code = 'MILL_STOPPED' as const
}

describe('an error of the protocol', () => {
  it('carries name, code, details and cause', () => {
    const cause = new Error('no water')
    const error = new MillStoppedError('The mill has stopped: open the sluice.', { details: { level: 0 }, cause })
    expect(error).toMatchObject({ name: 'MillStoppedError', code: 'MILL_STOPPED', details: { level: 0 }, cause })
  })

  it('is known by its code, whichever copy of the package threw it', () => {
    const foreign = Object.assign(new Error('x'), { code: 'MILL_STOPPED', details: {} })
    expect(isProtocolError(foreign, 'MILL_STOPPED')).toBe(true)
    expect(isProtocolError(foreign, 'OTHER')).toBe(false)
    expect(isProtocolError(Object.assign(new Error('x'), { code: 'ENOENT' }))).toBe(false)
  })
})
