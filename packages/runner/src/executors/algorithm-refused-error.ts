import { ProtocolError } from '@gristmill/protocol/error'
import { REFUSALS, type Refusal } from './refusals.js'

/**
 * An algorithm breaks a rule that needs no run to check.
 *
 * @remedy Change it as the message for its `refusal` says; the rules are in the ALGORITHM.md of the package.
 */
export class AlgorithmRefusedError extends ProtocolError {
  readonly code = 'ALGORITHM_REFUSED'
  readonly refusal: Refusal

  constructor(refusal: Refusal) {
    super(REFUSALS[refusal], { details: { refusal } })
    this.refusal = refusal
  }
}
