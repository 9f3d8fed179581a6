import { ProtocolError } from '@gristmill/protocol'

/** One fault of a configuration: where it is, and what to do about it. */
export interface ConfigurationFault {
  variable: string
  /** What is wrong with it; never its value, which may be a secret. */
  fault: string
}

/** Thrown at start when variables or files of the configuration are missing or wrong; names all of them. */
export class ConfigurationError extends ProtocolError {
  readonly code = 'CONFIGURATION'
  constructor(faults: readonly ConfigurationFault[]) {
    const list = faults.map(({ variable, fault }) => `${variable} ${fault}`).join('; ')
    super(`The configuration has faults: ${list}. Set these variables as the README's table says.`, {
      details: { faults },
    })
  }
}
