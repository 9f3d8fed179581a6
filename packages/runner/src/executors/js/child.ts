import { serveTask } from '../serve-task.js'
import { textOf } from '../text-of.js'
import { compileScript } from './compile-script.js'
import { runScript } from './run-script.js'
import type { Answer, Task } from './tasks.js'

await serveTask<Task, Answer>(async (task, [script, input]) => {
  const code = textOf(script ?? new Uint8Array())
  if (code === undefined) return { answer: { kind: 'refused', refusal: 'NOT_TEXT' } }
  return task.kind === 'run' ? runScript(task, code, input ?? new Uint8Array()) : compileScript(code)
})
