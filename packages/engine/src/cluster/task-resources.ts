import type { ReadJob } from '../spool/job-directory.js'

/** What a task is given beside what its executor may use. */
export interface TaskResourcesParams {
  /** Of one task; default: 1. */
  cpus?: number
  /** Memory of a task beside its algorithm's and its input's; default: 512 MiB. */
  overheadBytes?: number
}

/** What a cluster is asked for, for each task of a job. */
export interface TaskResources {
  cpus: number
  memoryMiB: number
  seconds: number
}

const MIB = 2 ** 20
const OVERHEAD_BYTES = 512 * MIB
/** Of an input: read, sent to the child, received there. */
const INPUT_COPIES = 3
/** For starting Node twice and preparing the module, before an executor's own clock runs. */
const START_MS = 120_000

/** Wider than the executor's own limits, which are to come first. */
export function taskResources({ limits, tasks }: ReadJob, params: TaskResourcesParams): TaskResources {
  const { cpus = 1, overheadBytes = OVERHEAD_BYTES } = params
  const inputBytes = Math.max(...tasks.map((task) => task.inputBytes))
  return {
    cpus,
    memoryMiB: Math.ceil((limits.memoryBytes + INPUT_COPIES * inputBytes + overheadBytes) / MIB),
    seconds: Math.ceil((limits.timeoutMs + START_MS) / 1_000),
  }
}
