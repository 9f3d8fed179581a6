import { instrument } from './instrument.js'
import { Refused } from './refusals.js'
import type { AnswerWithPart, InstrumentTask } from './tasks.js'

/** Checks a module and adds the meter to it. */
export function instrumentTask({ pagesMax }: InstrumentTask, module: Uint8Array): AnswerWithPart {
  try {
    return { answer: { kind: 'instrumented' }, part: instrument(module, pagesMax) }
  } catch (error) {
    // Anything else, as nesting that exhausts the stack, is too much for the instrumentation.
    return { answer: { kind: 'refused', refusal: error instanceof Refused ? error.refusal : 'TOO_COMPLEX' } }
  }
}
