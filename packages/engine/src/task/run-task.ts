import type { Execution } from '@gristmill/runner'
import type { JobDirectory } from '../spool/job-directory.js'
import type { TaskFault } from '../spool/task-format.js'
import type { ExecutorOf } from './executors.js'

/**
 * Does task `index` of a job as a node: executes it unless it was executed before, and leaves the execution or a fault in
 * the job's directory. Says and throws nothing about the data.
 */
export async function runTask(directory: JobDirectory, index: number, executors: ExecutorOf): Promise<void> {
  const job = await directory.read()
  if (job === undefined || job === 'bad') return
  const give = (fault: TaskFault) => directory.putFault(job, index, fault)
  if (job.tasks[index] === undefined) return
  if ((await directory.readExecution(job, index)) !== undefined) return
  const executor = await executors(job.runtime, job.limits)
  if (executor === undefined) return give('RUNTIME')
  const spec = await directory.readSpec(job, index)
  if (spec === undefined) return give('SPOOL')
  await directory.putStarted(job, index)
  let execution: Execution
  try {
    execution = await executor.execute(spec)
  } catch {
    return give('EXECUTOR')
  }
  await directory.putExecution(job, index, execution)
}
