import {
  createWasmExecutor,
  type EngineJob,
  type ExecutionLimits,
  type Executor,
  findExecutors,
} from '@gristmill/runner'

/** Finds what runs the jobs of a runtime here; undefined if nothing has its digest. */
export type ExecutorOf = (runtime: EngineJob['runtime'], limits: ExecutionLimits) => Promise<Executor | undefined>

/** The executors of the runner: for wasm with the limits of the job, others as this machine has them. */
export const executorOf: ExecutorOf = async ({ name, digest }, limits) => {
  const executors = name === 'wasm' ? [createWasmExecutor(limits)] : (await findExecutors()).all
  return executors.find((executor) => executor.capabilities().runtimeDigest === digest)
}
