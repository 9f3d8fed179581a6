import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import type { V1Job, V1JobCondition, V1Pod } from '@kubernetes/client-node'

const TASK_MAIN = new URL('../dist/task/main.js', import.meta.url).pathname
/** An exit code instead of a process: how a canary may have ended. */
export type CanaryEnd = number | 'never'

/** What the pods of a job find in their cluster. */
export interface PodsParams {
  /** What is mounted of the claim lies below this directory. */
  claimDirectory: string
  canary: CanaryEnd
}

/** The pods of one Job: processes of this machine, as its controller and a kubelet would have them. */
export class JobPods {
  readonly job: V1Job
  readonly pods: V1Pod[] = []
  readonly #params: PodsParams
  readonly #processes = new Map<V1Pod, ChildProcess>()
  #failures = 0
  #over: V1JobCondition | undefined

  constructor(job: V1Job, params: PodsParams) {
    this.job = job
    this.#params = params
    for (let index = 0; index < job.spec!.completions!; index++) this.#start(index)
  }

  /** What a controller writes into the status of a Job. */
  get status() {
    const running = this.pods.filter(({ status }) => status?.phase === 'Running').length
    const succeeded = this.pods.filter(({ status }) => status?.phase === 'Succeeded').length
    const conditions = this.#over === undefined ? [] : [this.#over]
    return { active: running, ready: running, succeeded, failed: this.#failures, conditions }
  }

  /** The time of the Job is over. */
  expire(): void {
    this.#finish('Failed', 'DeadlineExceeded')
  }

  /** The node of a running pod has no room left; its Job gets another one. */
  evict(): void {
    const pod = this.pods.find(({ status }) => status?.phase === 'Running')!
    pod.status!.conditions = [{ type: 'DisruptionTarget', status: 'True', reason: 'TerminationByKubelet' }]
    this.#kill(pod)
  }

  /** The kernel kills a task for its memory, and so each that takes its place. */
  killForMemory(): void {
    for (const pod of this.pods) {
      if (pod.status?.phase !== 'Running') continue
      this.#kill(pod)
      this.#ended(pod, 137, 'OOMKilled')
    }
    this.#finish('Failed', 'BackoffLimitExceeded')
  }

  /** As when the Job is deleted. */
  close(): void {
    this.#over ??= { type: 'Failed', status: 'True' }
    for (const pod of this.#processes.keys()) this.#kill(pod)
  }

  #start(index: number): void {
    const [container] = this.job.spec!.template.spec!.containers
    const annotations = { 'batch.kubernetes.io/job-completion-index': String(index) }
    const pod: V1Pod = { metadata: { annotations }, status: { phase: 'Running' } }
    this.pods.push(pod)
    const [command, directory] = container!.command!
    if (command === 'node') {
      const { canary } = this.#params
      if (canary !== 'never') this.#end(pod, canary)
      return
    }
    const mount = container!.volumeMounts!.find(({ mountPath }) => mountPath === directory)!
    const job = join(this.#params.claimDirectory, mount.subPath!)
    const env = { JOB_COMPLETION_INDEX: String(index) }
    const child = spawn(process.execPath, [TASK_MAIN, job], { stdio: 'ignore', env, detached: true })
    this.#processes.set(pod, child)
    child.on('exit', (code) => this.#end(pod, code ?? 137))
  }

  #kill(pod: V1Pod): void {
    const { pid } = this.#processes.get(pod) ?? {}
    this.#processes.delete(pod)
    try {
      if (pid !== undefined) process.kill(-pid, 'SIGKILL')
    } catch {
      // It is gone.
    }
  }

  #end(pod: V1Pod, exitCode: number): void {
    this.#processes.delete(pod)
    if (this.#over !== undefined || pod.status?.phase !== 'Running') return
    this.#ended(pod, exitCode, exitCode === 0 ? 'Completed' : 'Error')
    if (exitCode !== 0) {
      const index = Number(Object.values(pod.metadata!.annotations!)[0])
      // The policy of a Job of ours ignores what is the doing of the cluster.
      const isIgnored = pod.status.conditions?.some(({ type }) => type === 'DisruptionTarget') === true
      if (!isIgnored) this.#failures += 1
      if (this.#failures > this.job.spec!.backoffLimit!) this.#finish('Failed', 'BackoffLimitExceeded')
      else this.#start(index)
    } else if (this.status.succeeded === this.job.spec!.completions) this.#finish('Complete', 'CompletionsReached')
  }

  #ended(pod: V1Pod, exitCode: number, reason: string): void {
    pod.status!.phase = exitCode === 0 ? 'Succeeded' : 'Failed'
    pod.status!.containerStatuses = [
      {
        name: 'task',
        image: '',
        imageID: '',
        ready: false,
        restartCount: 0,
        state: { terminated: { exitCode, reason } },
      },
    ]
  }

  #finish(type: 'Complete' | 'Failed', reason: string): void {
    this.#over = { type, status: 'True', reason }
    for (const pod of this.#processes.keys()) this.#kill(pod)
  }
}
