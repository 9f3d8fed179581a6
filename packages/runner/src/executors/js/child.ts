import { serveTask } from '../serve-task.js'
import { textOf } from '../text-of.js'
import type { Answer, Task } from './tasks.js'

await serveTask<Task, Answer>(async (task, [script, input]) => {
  const code = textOf(script ?? new Uint8Array())
  if (code === undefined) return { answer: { kind: 'refused', refusal: 'NOT_TEXT' } }
  if (task.kind === 'run') {
    const { runScript } = await import('./run-script.js')
    return runScript(task, code, input ?? new Uint8Array())
  }
  const { compileScript } = await import('./compile-script.js')
  return compileScript(code)
})
