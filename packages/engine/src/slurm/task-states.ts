import { EngineAnswerError, type ExecutionStatus } from '@gristmill/runner'
import type { TaskState } from '../cluster/cluster.js'
import { parseArray, type SlurmJob } from './dialect.js'

const QUEUED = ['PENDING', 'CONFIGURING', 'REQUEUED', 'REQUEUE_FED', 'REQUEUE_HOLD', 'SPECIAL_EXIT', 'RESV_DEL_HOLD']
const RUNNING = ['RUNNING', 'COMPLETING', 'SUSPENDED', 'STOPPED', 'SIGNALING', 'STAGE_OUT', 'RESIZING', 'POWER_UP_NODE']
const STOPPED: Readonly<Record<string, ExecutionStatus>> = { TIMEOUT: 'TIMEOUT', OUT_OF_MEMORY: 'OOM' }
const OVER = [
  'COMPLETED',
  'FAILED',
  'CANCELLED',
  'NODE_FAIL',
  'BOOT_FAIL',
  'DEADLINE',
  'PREEMPTED',
  'REVOKED',
  'LAUNCH_FAILED',
  'RECONFIG_FAIL',
]

/** State of one record. Slurm joins base states and flags; a flag that says it moves outweighs the base. */
function stateOf({ job_state: states }: SlurmJob): TaskState {
  const has = (names: readonly string[]) => states.some((state) => names.includes(state))
  if (has(RUNNING)) return { kind: 'running' }
  if (has(QUEUED)) return { kind: 'queued' }
  const stopped = states.map((state) => STOPPED[state]).find((status) => status !== undefined)
  if (stopped !== undefined) return { kind: 'stopped', status: stopped }
  const over = states.find((state) => OVER.includes(state))
  if (over !== undefined) return { kind: 'over', reason: over }
  throw new EngineAnswerError('slurm', 'job state', states.join(' ').slice(0, 100))
}

/** What Slurm says of each task of an array; of a task that comes up several times, the latest record. */
export function taskStates(jobs: readonly SlurmJob[]): Map<number, TaskState> {
  const states = new Map<number, TaskState>()
  for (const job of [...jobs].sort((a, b) => a.job_id - b.job_id)) {
    const state = stateOf(job)
    const isOne = job.array_task_id !== undefined && job.array_task_id !== null
    // Tasks that wait are one record, which has a list instead of a number.
    const waiting = parseArray(job.array_task_string ?? '')
    for (const index of waiting.length > 0 ? waiting : isOne ? [job.array_task_id!] : []) states.set(index, state)
  }
  return states
}
