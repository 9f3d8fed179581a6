import type { EngineJob, ExecutionLimits, Executor } from '@gristmill/runner'
import { createWasmExecutor } from '@gristmill/runner/wasm'

/** Finds what runs the jobs of a runtime here; undefined if nothing has its digest. */
export type ExecutorOf = (runtime: EngineJob['runtime'], limits: ExecutionLimits) => Promise<Executor | undefined>

/** The executors of the runner: for wasm with the limits of the job, others as this machine has them. */
export const executorOf: ExecutorOf = async ({ name, digest }, limits) => {
  const executors = name === 'wasm' ? [createWasmExecutor(limits)] : await others()
  return executors.find((executor) => executor.capabilities().runtimeDigest === digest)
}

/** A task for wasm does not wait for what it does not need. */
async function others(): Promise<readonly Executor[]> {
  const { findExecutors } = await import('@gristmill/runner')
  return (await findExecutors()).all
}
