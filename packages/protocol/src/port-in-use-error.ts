import { ProtocolError } from './error.js'

/** Another program listens on the port. */
export class PortInUseError extends ProtocolError {
  readonly code = 'PORT_IN_USE' as const

  constructor(port: number, cause: unknown) {
    super(`Port ${port} is in use: end what listens there, name another port, or 0 for a free one.`, {
      details: { port },
      cause,
    })
  }
}
