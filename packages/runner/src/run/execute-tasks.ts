import { availableParallelism } from 'node:os'
import type { OrderId } from '@gristmill/protocol'
import type { Engine } from '../engine/engine.js'
import { EngineJobLostError } from '../engine/errors.js'
import { type ExecuteOptions, execute } from '../engine/execute.js'
import type { Execution, ExecutionSpec, Executor } from '../executors/executor.js'

/** Each has a process and the memory of an algorithm. */
const AT_ONCE = Math.min(4, availableParallelism())

export interface ExecuteTasksParams {
  orderId: OrderId
  executor: Executor
  /** Without one: this machine, a few at once. */
  engine?: Engine | undefined
  wait?: ExecuteOptions | undefined
}

/** Has all tasks executed, on an engine as arrays of as many as it takes; the executions are in the order of the tasks. */
export async function executeTasks(params: ExecuteTasksParams, tasks: readonly ExecutionSpec[]): Promise<Execution[]> {
  const { orderId, executor, engine, wait } = params
  if (engine === undefined) return executeHere(executor, tasks)
  const { name, limits, runtimeDigest: digest } = executor.capabilities()
  const { tasksMax } = engine.capabilities()
  const executions: Execution[] = []
  while (executions.length < tasks.length) {
    const first = executions.length
    const part = tasks.slice(first, first + tasksMax)
    const id = first === 0 ? orderId : `${orderId} from ${first}`
    const done = await execute(engine, { id, runtime: { name, digest }, limits, tasks: part }, wait)
    if (done.length !== part.length) {
      throw new EngineJobLostError('unknown', `it gave ${done.length} executions of ${part.length} tasks`)
    }
    executions.push(...done)
  }
  return executions
}

async function executeHere(executor: Executor, tasks: readonly ExecutionSpec[]): Promise<Execution[]> {
  const executions = new Array<Execution>(tasks.length)
  const left = tasks.entries()
  const work = async () => {
    for (const [index, task] of left) executions[index] = await executor.execute(task)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return executions
}
