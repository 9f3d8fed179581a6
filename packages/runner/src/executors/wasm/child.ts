import { serveTask } from '../serve-task.js'
import { runTask } from './run-task.js'
import type { Answer, Task } from './tasks.js'

await serveTask<Task, Answer>(async (task, [module, input]) => {
  if (module === undefined) throw new RangeError('the task has no module')
  if (task.kind === 'run') return runTask(task, module, input ?? new Uint8Array())
  const { instrumentTask } = await import('./instrument-task.js')
  return instrumentTask(task, module)
})
