import { serveTask } from '../executors/serve-task.js'
import { type GateTask, readCase } from './case-frame.js'
import { type Judgement, judge } from './judge.js'

// The process that reads what an untrusted algorithm wrote.
await serveTask<GateTask, Omit<Judgement, 'values'>>(async (task, parts) => {
  const { values, ...answer } = judge(readCase(task, parts))
  return { answer, ...(values === undefined ? {} : { part: values }) }
})
