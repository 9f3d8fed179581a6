import { Refused } from '../refusals.js'
import type { AnswerWithPart } from '../serve-task.js'
import { instrument } from './instrument.js'
import type { Answer, InstrumentTask } from './tasks.js'

/** Checks a module and adds the meter to it. */
export function instrumentTask({ pagesMax }: InstrumentTask, module: Uint8Array): AnswerWithPart<Answer> {
  try {
    return { answer: { kind: 'instrumented' }, part: instrument(module, pagesMax) }
  } catch (error) {
    // Anything else, as nesting that exhausts the stack, is too much for the instrumentation.
    return { answer: { kind: 'refused', refusal: error instanceof Refused ? error.refusal : 'TOO_COMPLEX' } }
  }
}
