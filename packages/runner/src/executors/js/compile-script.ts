import type { AnswerWithPart } from '../serve-task.js'
import { createVm } from './create-vm.js'
import type { Answer } from './tasks.js'

/** Compiles a script without running it. */
export async function compileScript(code: string): Promise<AnswerWithPart<Answer>> {
  const { context } = await createVm()
  const { error } = context.evalCode(code, 'algorithm.js', { strict: true, compileOnly: true })
  return { answer: error === undefined ? { kind: 'compiled' } : { kind: 'refused', refusal: 'SYNTAX' } }
}
